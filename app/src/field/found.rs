//! What was found at an inspection, to be read under its record: the words of each finding, what was done about it on the spot, and its photos,
//! also those that another tablet took.

use domain::finding::{Extent, Photo, PlanField, Raised};
use domain::{Text, say};
use leptos::prelude::*;
use markup::view;

use super::finding_line::finding_line;
use super::photos::{checkpoint, exhibit, is_here};
use super::piece::{Piece, Pieces as _, afterwards};
use super::tablet::tablet;
use crate::clock::instant_text;
use crate::i18n::{language, said, t};

/// A finding as it was raised: a line of a `ul.sync`.
pub fn found(raised: Raised) -> Piece {
    let done = Done {
        extent: raised.extent,
        fixed: raised.fixed_on_the_spot,
        help_given: raised.help_given,
        support_owed: raised.support_owed,
        photos: None,
    };
    let seen = pictures(raised.photos, Text::new("照片", "Photo"));
    let fixed = pictures(
        raised.photos_fixed,
        Text::new("改正后照片", "Photo of it fixed"),
    );
    let pictures = seen.chain(fixed).collect::<Vec<_>>();
    let more = view! {
        {done.told()}
        {(!pictures.is_empty()).then(|| view! { <ul class="photos">{pictures}</ul> })}
    };
    finding_line(
        raised.code,
        raised.title,
        raised.note,
        raised.severity,
        more,
    )
}

/// What is said of a finding besides the fault.
pub struct Done {
    pub extent: Extent,
    pub fixed: bool,
    pub help_given: String,
    pub support_owed: String,
    /// How many photos there are, where they are not shown.
    pub photos: Option<usize>,
}

impl Done {
    pub fn told(self) -> Piece {
        let texts = [
            (PlanField::HelpGiven, self.help_given),
            (PlanField::SupportOwed, self.support_owed),
        ];
        let texts = texts
            .into_iter()
            .filter(|(_, text)| !text.trim().is_empty());
        let texts = texts.map(|(field, text)| {
            view! { <div><dt>{said(field.title())}</dt><dd>{text}</dd></div> }
        });
        view! {
            <dl class="facts">
                <div><dt>{said(Text::new("范围", "Extent"))}</dt><dd>{said(self.extent.title())}</dd></div>
                {self.fixed.then(|| view! {
                    <div><dt>{said(Text::new("立行立改", "Fixed on the spot"))}</dt><dd>{said(Text::new("是", "Yes"))}</dd></div>
                })}
                {texts.pieces()}
                {self.photos.map(|photos| view! {
                    <div><dt>{said(Text::new("照片", "Photos"))}</dt><dd>{photos.to_string()}</dd></div>
                })}
            </dl>
        }
    }
}

fn pictures(photos: Vec<Photo>, title: Text) -> impl Iterator<Item = Piece> {
    photos.into_iter().zip(1_usize..).map(move |(photo, number)| {
        let at = photo.taken_at;
        let when = move || instant_text(at, &tablet().time_zone(), language());
        let words = move || {
            let (title, when) = (t(title), when());
            say!(language(), "{title} {number}，{when}", "{title} {number}, {when}")
        };
        let hash = photo.hash.0.clone();
        view! {
            <li><figure>
                {if is_here(&photo.hash) { exhibit(photo.hash, words) } else { from_server(&hash, words) }}
                <figcaption><span>{when}</span>{move || checkpoint(&hash)}</figcaption>
            </figure></li>
        }
    })
}

/// A photo that is not kept here, as one that another tablet took: the server shows it, once it is there.
fn from_server(hash: &str, words: impl Fn() -> String + Copy + 'static) -> Piece {
    let tablet = tablet();
    let is_missing = RwSignal::new(!tablet.online.get_untracked());
    // It may have come since, whenever this tablet has fetched anew.
    afterwards(move || {
        tablet.pulled_at.get();
        if tablet.online.get() {
            is_missing.set(false);
        }
    });
    let address = format!("/photo/{hash}");
    view! {
        {move || if is_missing.get() {
            view! { <p class="hint" data-test="photo-elsewhere">{move || t(if tablet.online.get() {
                Text::new("照片还没有发到服务器，请稍后再看", "This photo is not on the server yet; look again later")
            } else {
                Text::new("照片不在本机，联网后可看", "This photo is not on this tablet; it can be seen with a network")
            })}</p> }
        } else {
            view! { <img src=address.clone() alt=words loading="lazy" on:error=move |_| is_missing.set(true)/> }
        }}
    }
}
