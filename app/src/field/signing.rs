//! Signing what is handed in, on this tablet: each inspector who was there, the institution, and whoever came along from its
//! regulator. Who will not sign is recorded with the reason. What was signed before a change has to be signed again.

use domain::Language;
use domain::inspection::Outcome;
use domain::record::Hash;
use domain::signature::{
    Given, OtherSignature, Signatory, SignatureRefusal, is_owed_by_institution,
};
use domain::{Text, say};
use leptos::prelude::*;
use markup::{component, view};

use super::drawing::Drawing;
use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::open_inspection::{OpenInspection, PhotoPlace};
use super::piece::{Piece, Pieces as _, afterwards};
use super::tablet::tablet;
use crate::i18n::{language, said, tr};
use crate::local_store::{OtherDraft, SignatureDrafts, Signer};
use crate::widgets::drawn::Drawn;

/// Where on the page it is signed.
pub const SIGNING: &str = "signing";

/// A sheet with something on it that nobody said was done.
const UNFINISHED: &str = "#signing [data-inked]";

/// What was signed so far, beside what there is to sign: nothing of that changes on the page where it is signed.
#[derive(Clone, Copy)]
pub struct Signing {
    open: Open,
    /// The hash of all that is entered.
    content: Hash,
    owed: StoredValue<Vec<Signer>>,
    signatures: RwSignal<SignatureDrafts>,
    /// Once somebody has asked to hand in, what a signature lacks is said.
    checked: RwSignal<bool>,
    /// Somebody asked to hand in while a sheet was not done.
    unfinished: RwSignal<bool>,
}

/// How many have not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    pub inspectors: usize,
    pub others: usize,
}

impl Missing {
    pub const NONE: Missing = Missing {
        inspectors: 0,
        others: 0,
    };

    fn count(mut self, signer: Signer) -> Missing {
        match signer {
            Signer::Inspector(_) => self.inspectors += 1,
            Signer::Other(_) => self.others += 1,
        }
        self
    }
}

impl Signing {
    pub fn of(open: Open) -> Signing {
        Signing {
            open,
            content: open.with_value(|open| open.content()),
            owed: StoredValue::new(open.with_value(|open| owed(open))),
            signatures: open.with_value(|open| open.signatures.clone()).into(),
            checked: RwSignal::new(false),
            unfinished: RwSignal::new(false),
        }
    }

    /// How many have not signed and do not refuse to: of those who have to, of those whose signature is of what stood before a change, and
    /// of those who are named.
    pub fn missing(self) -> Missing {
        let begun = |signer: &Signer| {
            self.is_stale(*signer)
                || matches!(signer, Signer::Other(signatory) if !self.other(*signatory).name.trim().is_empty())
        };
        let everybody = self.signatures.with(|signatures| {
            let inspectors = signatures.inspectors.keys().copied();
            let others = signatures.others.keys().copied();
            let inspectors = inspectors.map(Signer::Inspector);
            inspectors
                .chain(others.map(Signer::Other))
                .collect::<Vec<_>>()
        });
        let present = self.open.with_value(|open| open.present.get_untracked());
        let was_there = |signer: &Signer| match signer {
            Signer::Inspector(person) => present.contains(person),
            Signer::Other(_) => true,
        };
        self.owed.with_value(|owed| {
            let begun = everybody
                .iter()
                .filter(|signer| !owed.contains(signer) && was_there(signer) && begun(signer));
            let open = |signer: &&Signer| self.holds(**signer).is_none() && !self.refuses(**signer);
            let missing = owed.iter().chain(begun).filter(open);
            missing.fold(Missing::NONE, |missing, signer| missing.count(*signer))
        })
    }

    /// The picture of a signature, unless something was changed since.
    fn holds(self, signer: Signer) -> Option<String> {
        self.signatures.with(|signatures| {
            let signed = signatures.of(signer)?;
            (signed.of == self.content.to_string()).then(|| signed.picture.0.clone())
        })
    }

    fn is_stale(self, signer: Signer) -> bool {
        self.signatures
            .with(|signatures| signatures.of(signer).is_some())
            && self.holds(signer).is_none()
    }

    fn refuses(self, signer: Signer) -> bool {
        matches!(signer, Signer::Other(signatory) if self.other(signatory).refuses)
    }

    fn other(self, signatory: Signatory) -> OtherDraft {
        self.signatures
            .with(|signatures| signatures.others.get(&signatory).cloned())
            .unwrap_or_default()
    }

    fn edit_other(self, signatory: Signatory, edit: impl FnOnce(&mut OtherDraft)) {
        self.open.with_value(|open| {
            open.edit_signatures(|signatures| {
                edit(signatures.others.entry(signatory).or_default())
            });
        });
    }

    /// What the signature of a party lacks.
    fn refusal(self, signatory: Signatory) -> Option<SignatureRefusal> {
        let other = self.other(signatory);
        let given = if other.refuses {
            Given::Refused {
                reason: other.reason,
            }
        } else {
            self.holds(Signer::Other(signatory))?;
            let signed = self
                .signatures
                .with(|signatures| signatures.others.get(&signatory)?.signed.clone())?;
            Given::Signed(domain::signature::Signed {
                picture: signed.picture,
                at: signed.at,
            })
        };
        let signature = OtherSignature {
            name: other.name,
            given,
        };
        signature.check(signatory).err()
    }

    /// Where something is lacking before what was signed can be handed in as it is; from now on it is said beside it.
    pub fn lacks(self) -> Option<String> {
        self.checked.set(true);
        let unfinished = document().query_selector(UNFINISHED);
        let unfinished = unfinished.is_ok_and(|sheet| sheet.is_some());
        self.unfinished.set(unfinished);
        if unfinished {
            return Some(SIGNING.to_owned());
        }
        Signatory::ALL.into_iter().find_map(|signatory| {
            let part = match untrack(|| self.refusal(signatory))? {
                SignatureRefusal::Reason(..) => "reason",
                _ => "name",
            };
            Some(id_of(signatory, part))
        })
    }
}

/// Who has to sign: of a visit that was completed every inspector who was there, and the institution where people of it were met inside.
fn owed(open: &OpenInspection) -> Vec<Signer> {
    let outcome = open.outcome.get_untracked();
    if outcome != Outcome::Completed {
        return Vec::new();
    }
    let is_owed = is_owed_by_institution(outcome, open.mode.get_untracked());
    let institution = is_owed.then_some(Signer::Other(Signatory::Institution));
    let inspectors = open.present.get_untracked();
    let inspectors = inspectors.into_iter().map(Signer::Inspector);
    inspectors.chain(institution).collect()
}

#[component]
pub fn Sign(signing: Signing) -> Piece {
    let tablet = tablet();
    let me = tablet.person_untracked();
    let present = signing.open.with_value(|open| open.present.get_untracked());
    let present = tablet.facts.with_untracked(|facts| {
        let named = present
            .iter()
            .map(|person| (*person, facts.person_name(*person)));
        named.collect::<Vec<_>>()
    });
    let inspectors = present.into_iter().enumerate().map(|(number, (person, name))| {
        let heading = format!("sign-inspector-{number}");
        view! {
            <li><article class="item" data-test=heading.clone()>
                <p id=heading.clone()><strong>{move || tr(&name)}</strong>" "{said(Text::new("检查员", "Inspector"))}</p>
                <Glass signing signer=Signer::Inspector(person) heading/>
                {(me != Some(person)).then(|| view! {
                    <Show when=move || signing.holds(Signer::Inspector(person)).is_none()>
                        <p class="hint" data-test="afterwards">{said(Text::new(
                            "也可在提交后用本人的平板补签。",
                            "May also sign afterwards, on their own tablet.",
                        ))}</p>
                    </Show>
                })}
            </article></li>
        }
    });
    let inspectors = inspectors.pieces();
    afterwards(move || {
        signing.signatures.track();
        signing.unfinished.set(false);
    });
    let came_along = untrack(|| signing.other(Signatory::Regulator) != OtherDraft::default());
    view! {
        <section class="card" id=SIGNING tabindex="-1" data-test="signing">
            <h2>{said(Text::new("签字", "Signatures"))}</h2>
            <p class="hint">{said(Text::new(
                "签的是上面这份记录；签字后再改动，须重新签字。",
                "What is signed is the record above; if it is changed afterwards it has to be signed again.",
            ))}</p>
            {move || signing.unfinished.get().then(|| view! {
                <p class="error" role="alert"><Icon name=IconName::CircleAlert/>{said(Text::new(
                    "有签字还没有完成：请按“完成”保存，或按“清除”",
                    "A signature is not finished: press “Done” to keep it, or “Clear”",
                ))}</p>
            })}
            <ol class="items">
                {inspectors}
                <Party signing signatory=Signatory::Institution/>
            </ol>
            // Nobody comes along to a visit that was announced to nobody.
            <details open=came_along>
                <summary>{said(Text::new("监管部门有人到场", "Somebody of the regulator came along"))}</summary>
                <ol class="items"><Party signing signatory=Signatory::Regulator/></ol>
            </details>
        </section>
    }
}

/// The sheet of one who signs.
#[component]
fn Glass(signing: Signing, signer: Signer, heading: String) -> Piece {
    let hashes = Signal::derive(move || signing.holds(signer).into_iter().collect::<Vec<_>>());
    view! {
        <Show when=move || signing.is_stale(signer)>
            <p class="hint" role="status"><Icon name=IconName::TriangleAlert/>
                {said(Text::new("签字后记录有改动，请重新签字。", "The record was changed after it was signed: sign again."))}</p>
        </Show>
        <Drawing open=signing.open place=PhotoPlace::Signature(signer, signing.content) drawn=Drawn::Signature heading=heading.clone()
            hashes readonly=RwSignal::new(false)/>
    }
}

fn id_of(signatory: Signatory, part: &str) -> String {
    format!("sign-{}-{part}", signatory.code())
}

/// A party besides the team: who signs for it, or why nobody will.
#[component]
fn Party(signing: Signing, signatory: Signatory) -> Piece {
    let signer = Signer::Other(signatory);
    let id = move |part: &str| id_of(signatory, part);
    let other = Memo::new(move |_| signing.other(signatory));
    let lacks = Memo::new(move |_| {
        let checked = signing.checked.get();
        checked.then(|| signing.refusal(signatory)).flatten()
    });
    let error_id = id("error");
    let (heading, reason_id) = (id("heading"), id("reason"));
    let described = {
        let error_id = error_id.clone();
        move || lacks.get().map(|_| error_id.clone())
    };
    let name_described = described.clone();
    // Beside the field that lacks something.
    let error = move |of_reason: bool| {
        let id = error_id.clone();
        let is_here = move |refusal: &SignatureRefusal| {
            matches!(refusal, SignatureRefusal::Reason(..)) == of_reason
        };
        move || {
            let id = id.clone();
            lacks.get().filter(is_here).map(|refusal| {
                view! {
                    <p class="error" id=id role="alert"><Icon name=IconName::CircleAlert/>{move || match &refusal {
                        SignatureRefusal::Name(_, wording) | SignatureRefusal::Reason(_, wording) => wording.text(language()),
                        other => other.text(language()),
                    }}</p>
                }
            })
        }
    };
    view! {
        <li><article class="item" data-test=format!("sign-{}", signatory.code())>
            <p id=heading.clone()><strong>{said(signatory.title())}</strong></p>
            <div class="ask">
                <label for=id("name")>{said(Text::new("签字人姓名、职务", "Name and office of who signs"))}</label>
                {error(false)}
                <input id=id("name") name=id("name") type="text" autocomplete="off"
                    prop:value=move || other.get().name
                    aria-invalid=move || matches!(lacks.get(), Some(SignatureRefusal::Name(..))).then_some("true")
                    aria-describedby=name_described
                    on:input:target=move |event| {
                        let name = event.target().value();
                        signing.edit_other(signatory, |other| other.name = name);
                    }/>
            </div>
            <label class="choice">
                <input type="checkbox" name=id("refuses")
                    prop:checked=move || other.get().refuses
                    on:change:target=move |event| {
                        let refuses = event.target().checked();
                        signing.edit_other(signatory, |other| other.refuses = refuses);
                    }/>
                {said(Text::new("拒绝签字", "Refuses to sign"))}
            </label>
            {
                let refuses = Memo::new(move |_| other.get().refuses);
                move || if refuses.get() {
                    let described = described.clone();
                    view! {
                        <div class="ask">
                            <label for=reason_id.clone()>{said(Text::new("拒签理由", "Why"))}</label>
                            {error(true)}
                            <textarea id=reason_id.clone() name=reason_id.clone() rows="2"
                                prop:value=move || other.get().reason
                                aria-invalid=move || matches!(lacks.get(), Some(SignatureRefusal::Reason(..))).then_some("true")
                                aria-describedby=described
                                on:input:target=move |event| {
                                    let reason = event.target().value();
                                    signing.edit_other(signatory, |other| other.reason = reason);
                                }></textarea>
                        </div>
                    }
                } else {
                    view! { <Glass signing signer heading=heading.clone()/> }
                }
            }
        </article></li>
    }
}

/// What of a record is missing, in words.
pub fn missing_words(unanswered: usize, missing: Missing, language: Language) -> String {
    let unsigned = missing.inspectors + missing.others;
    let confirmed = match (unanswered, unsigned) {
        (unanswered, 0) => say!(
            language,
            "我确认有 {unanswered} 项未答，仍要提交。",
            "I confirm that {unanswered} are unanswered, and submit all the same."
        ),
        (0, unsigned) => say!(
            language,
            "我确认有 {unsigned} 人未签字，仍要提交。",
            "I confirm that signatures are missing ({unsigned}), and submit all the same."
        ),
        (unanswered, unsigned) => say!(
            language,
            "我确认有 {unanswered} 项未答、{unsigned} 人未签字，仍要提交。",
            "I confirm that {unanswered} are unanswered and signatures are missing ({unsigned}), and submit all the same."
        ),
    };
    // Of the others nobody comes back to it.
    match missing {
        Missing {
            others: 0,
            inspectors,
        } if inspectors > 0 => say!(
            language,
            "{confirmed}未签字的都是检查员，可在提交后用各自的平板补签。",
            "{confirmed} The signatures that are missing are inspectors’: they can be given afterwards, each on their own tablet."
        ),
        _ => confirmed,
    }
}
