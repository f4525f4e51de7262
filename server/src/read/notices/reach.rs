//! Whom a notice reaches, and who has not acknowledged it, as conditions of questions in SQL: of a notice `n` and a body, in the jurisdiction
//! that is the first parameter.

/// Whether `n` is addressed to the body of this alias.
pub fn is_addressed(body: &str) -> String {
    format!(
        "(exists (select 1 from notice_addressee a where a.jurisdiction = $1 and a.notice = n.id \
            and a.kind = {body}.kind and a.district in ('', {body}.district)) \
         or exists (select 1 from notice_addressee a where a.jurisdiction = $1 and a.notice = n.id \
            and a.kind = '' and a.district = '' and a.body = {body}.id))"
    )
}

/// Whether `n` is addressed to body `b` or was passed on to it.
pub fn reaches() -> String {
    format!(
        "({} or exists (select 1 from notice_passing p where p.jurisdiction = $1 and p.notice = n.id and p.body = b.id))",
        is_addressed("b")
    )
}

/// Whether body `b` has no receipt of `n` that counts.
pub const LACKS_RECEIPT: &str = "not exists (select 1 from notice_receipt r \
     where r.jurisdiction = $1 and r.notice = n.id and r.body = b.id and r.version > n.receipts_since)";
