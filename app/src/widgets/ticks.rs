//! Several of a few: boxes to tick, side by side.

use domain::Text;
use leptos::prelude::*;

use super::draft::Part;
use super::icon::{Icon, IconName};
use super::sending::Sending;
use crate::i18n::t;

/// `values` are codes with their words; what is ticked is in `chosen`, in no order.
pub fn ticks(
    id: &'static str,
    label: Text,
    hint: Option<Text>,
    values: Vec<(String, String)>,
    chosen: RwSignal<Vec<String>>,
    sending: Sending,
) -> AnyView {
    sending.keep(id, Part::Ticks(chosen));
    sending.control(id);
    let one = |(index, (code, words)): (usize, (String, String))| {
        let toggle = {
            let code = code.clone();
            move |event: leptos::ev::Event| {
                let is_in = event_target_checked(&event);
                chosen.update(|chosen| {
                    chosen.retain(|known| *known != code);
                    if is_in {
                        chosen.push(code.clone());
                    }
                });
            }
        };
        let is_in = {
            let code = code.clone();
            move || chosen.with(|chosen| chosen.contains(&code))
        };
        // The first box bears the id of the question: a fault leads to it.
        let id_of_first = (index == 0).then_some(id);
        view! {
            <label class="choice">
                <input type="checkbox" id=id_of_first name=id value=code prop:checked=is_in on:change=toggle/>
                {words}
            </label>
        }
    };
    let boxes: Vec<_> = values.into_iter().enumerate().map(one).collect();
    let error = move || {
        sending
            .fault(id)
            .map(|text| view! { <p class="error"><Icon name=IconName::CircleAlert/>{text}</p> })
    };
    view! {
        <fieldset class="ask">
            <legend>{t(label)}</legend>
            {hint.map(|hint| view! { <p class="hint">{t(hint)}</p> })}
            {error}
            <div class="choices">{boxes}</div>
        </fieldset>
    }
    .into_any()
}
