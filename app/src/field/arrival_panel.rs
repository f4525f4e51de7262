//! Where the team was when it had arrived: recorded when somebody says so, with how well the tablet knows it, or why it does not.

use domain::arrival::{Arrival, Fix, NoPosition, Proximity, Whereabouts};
use domain::body::Location;
use domain::{Text, say};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};

use super::browser::{self, NoPlace};
use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::piece::Piece;
use super::tablet::tablet;
use crate::clock::instant_text;
use crate::i18n::{language, said, t};

#[component]
pub fn ArrivalPanel(open: Open) -> Piece {
    let tablet = tablet();
    let arrival = RwSignal::from(open.with_value(|open| open.arrival.clone()));
    let target = open.with_value(|open| open.order.target);
    let institution = tablet
        .facts
        .with_untracked(|facts| facts.location_of(target));
    let busy = RwSignal::new(false);
    // Why there is no other position; the one before stays.
    let failed = RwSignal::new(None::<NoPosition>);
    let record = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let open = open.get_value();
        spawn_local(async move {
            let whereabouts = whereabouts().await;
            let _ = busy.try_set(false);
            let at = open.now();
            let kept = !open.arrive(Arrival { at, whereabouts });
            let _ = failed.try_set(match whereabouts {
                Whereabouts::Unknown(why) if kept => Some(why),
                _ => None,
            });
        });
    };
    view! {
        <div class="ask" role="group" aria-labelledby="arrival" data-test="arrival">
            <p id="arrival"><strong>{said(Text::new("到达位置", "Where you arrived"))}</strong>" "
                <span class="optional">{said(Text::new("选填", "optional"))}</span></p>
            <div class="row">
                <button class="button" type="button" data-test="arrive" aria-busy=move || busy.get().then_some("true") on:click=record>
                    <Icon name=IconName::MapPin/>
                    {move || t(match (busy.get(), arrival.with(Option::is_some)) {
                        (true, _) => Text::new("正在定位…", "Finding where it is…"),
                        (false, false) => Text::new("记录到达", "Record the arrival"),
                        (false, true) => Text::new("重新记录", "Record it again"),
                    })}
                </button>
                {move || arrival.get().and_then(|arrival| arrival.proximity(institution)).map(|proximity| {
                    let (state, name) = match proximity {
                        Proximity::There => ("closed", IconName::Check),
                        Proximity::Away => ("general", IconName::TriangleAlert),
                        Proximity::Vague => ("local", IconName::CircleDashed),
                    };
                    view! { <span class="tag" data-state=state><Icon name/>{said(proximity.title())}</span> }
                })}
                <p class="hint" role="status" data-test="arrived">{move || match arrival.get() {
                    None => t(Text::new("记下到达时间和平板所在位置", "Notes the time and where the tablet is")).to_owned(),
                    Some(arrival) => arrived(arrival, institution),
                }}</p>
            </div>
            {move || failed.get().map(|why| view! {
                <p class="hint" role="status">{said(why.text())}{said(Text::new("；保留原来的记录", "; what was recorded before stays"))}</p>
            })}
        </div>
    }
}

/// When it was, and how far from the institution.
pub fn arrived(arrival: Arrival, institution: Option<Location>) -> String {
    let language = language();
    let at = instant_text(arrival.at, &tablet().time_zone(), language);
    let text = arrival.text(institution, language);
    say!(language, "{at}，{text}", "{at}: {text}")
}

/// Where the tablet is now, or why it cannot tell.
async fn whereabouts() -> Whereabouts {
    match browser::locate().await {
        Ok(place) => Whereabouts::Found(Fix {
            location: Location {
                longitude: place.longitude,
                latitude: place.latitude,
            },
            accuracy: place.accuracy,
        }),
        Err(NoPlace::Denied) => Whereabouts::Unknown(NoPosition::Denied),
        Err(NoPlace::TooSlow) => Whereabouts::Unknown(NoPosition::TooSlow),
        Err(_) => Whereabouts::Unknown(NoPosition::Unavailable),
    }
}
