//! One finding among others: what was found, the item it was found at, how grave it is.

use domain::finding::severity_title;
use form::{Severity, Texts};
use markup::view;

use super::icon::{Icon, IconName};
use super::piece::Piece;
use crate::i18n::{t, tr};
use crate::widgets::finding_title::{beyond_headline, headline, item_line};

/// A line of a `ul.sync`, with what more is said of it below; the code is empty of an item without one.
pub fn finding_line(
    code: String,
    question: Texts,
    note: String,
    severity: Severity,
    more: Piece,
) -> Piece {
    let whole = beyond_headline(&note).map(str::to_owned);
    let (asked, noted) = (question.clone(), note.clone());
    let (tone, icon) = match severity {
        Severity::Key => ("key", IconName::OctagonAlert),
        Severity::General => ("general", IconName::TriangleAlert),
    };
    view! {
        <li>
            <div>
                <strong>{move || headline(&noted, &tr(&asked))}</strong>
                {move || item_line(&code, &tr(&question), &note).map(|item| view! { <p>{item}</p> })}
                {whole.map(|whole| view! { <p>{whole}</p> })}
            </div>
            <span class="tag" data-state=tone><Icon name=icon/>{move || t(severity_title(severity))}</span>
            {more}
        </li>
    }
}
