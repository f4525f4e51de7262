//! The body: controls in their groups and repeats, and the actions that stand in them or in the model.

use std::borrow::Cow;

use xpath::NodeIx;

use super::read::{JAVAROSA, ODK, Reading, XFORMS};
use super::text;
use crate::definition_error::{DefinitionFault, ExpressionPart};
use crate::source::{
    ActionKind, ActionSource, ActionValue, ControlKind, ControlSource, Events, Formula, ItemSource,
    ItemsetSource,
};

#[derive(Default)]
pub(super) struct Body<'d> {
    pub controls: Vec<ControlSource<'d>>,
    pub actions: Vec<ActionSource<'d>>,
}

fn control_kind(local: &str) -> Option<ControlKind> {
    Some(match local {
        "group" => ControlKind::Group,
        "repeat" => ControlKind::Repeat,
        "input" => ControlKind::Input,
        "secret" => ControlKind::Secret,
        "select1" => ControlKind::Select1,
        "select" => ControlKind::Select,
        "rank" => ControlKind::Rank,
        "range" => ControlKind::Range,
        "trigger" => ControlKind::Trigger,
        "upload" => ControlKind::Upload,
        _ => return None,
    })
}

impl<'d> Body<'d> {
    /// Actions that stand in the model.
    #[inline(never)]
    pub fn model_actions(&mut self, reading: &mut Reading<'d>, model: NodeIx) {
        for element in reading.elements(model) {
            if let Some(action) = action(reading, element, None) {
                if action.events.new_repeat {
                    let place = reading.place(element);
                    reading.error(place, DefinitionFault::NewRepeatInModel);
                }
                self.actions.push(action);
            }
        }
    }

    /// Controls and actions, depth first.
    #[inline(never)]
    pub fn read(&mut self, reading: &mut Reading<'d>, body: NodeIx) {
        let mut work: Vec<(NodeIx, Option<usize>)> = Vec::new();
        let push = |reading: &Reading, work: &mut Vec<(NodeIx, Option<usize>)>, of, parent| {
            let first = work.len();
            work.extend(reading.elements(of).map(|child| (child, parent)));
            work[first..].reverse();
        };
        push(reading, &mut work, body, None);
        while let Some((element, parent)) = work.pop() {
            if let Some(action) = action(reading, element, parent) {
                self.actions.push(action);
            } else if let Some(kind) = control_kind(reading.local(element)) {
                let control = control(reading, element, kind, parent);
                self.controls.push(control);
                push(reading, &mut work, element, Some(self.controls.len() - 1));
            }
        }
    }
}

#[inline(never)]
fn control<'d>(
    reading: &mut Reading<'d>,
    element: NodeIx,
    kind: ControlKind,
    parent: Option<usize>,
) -> ControlSource<'d> {
    let reference = if kind == ControlKind::Repeat {
        reading.plain(element, "nodeset")
    } else {
        None
    }
    .or_else(|| reading.plain(element, "ref"))
    .or_else(|| reading.plain(element, "bind"));
    if reference.is_none() && kind != ControlKind::Group {
        let place = reading.place(element);
        let name = if kind == ControlKind::Repeat {
            "nodeset"
        } else {
            "ref"
        };
        reading.error(place, DefinitionFault::MissingAttribute { name });
    }
    let place = reading.place_of(element, reference.unwrap_or_default());
    let mut control = ControlSource {
        kind,
        parent,
        label: None,
        hint: None,
        guidance: None,
        items: Vec::new(),
        itemset: None,
        count: None,
        no_add_remove: None,
        appearance: "",
        parameters: Vec::new(),
        reference: reference.map(Into::into),
        place,
    };
    for (name, text) in reading.attributes(element) {
        match (reading.names.namespace(name), reading.names.local(name)) {
            ("", "ref" | "nodeset" | "bind") => {}
            ("", "appearance") => control.appearance = text,
            (JAVAROSA, "count") => {
                let formula = Formula::new(text, place.part(ExpressionPart::Count));
                control.count = Some(Box::new(formula));
            }
            (JAVAROSA, "noAddRemove") => {
                control.no_add_remove = Some(Box::new(Formula::new(text, place)));
            }
            _ => {
                let parameter = (reading.names.qualified(name), text.to_owned());
                control.parameters.push(parameter);
            }
        }
    }
    for child in reading.elements(element) {
        match reading.local(child) {
            "label" => control.label = Some(text::of_element(reading, child)),
            "hint" => control.hint = Some(text::of_element(reading, child)),
            "item" => {
                let label = reading.child(child, "label");
                let label = label.map(|label| text::of_element(reading, label));
                let value = reading
                    .child(child, "value")
                    .map_or_else(Cow::default, |value| reading.document.string_value(value));
                control.items.push(ItemSource { value, label });
            }
            "itemset" => control.itemset = itemset(reading, child).map(Box::new),
            _ => {}
        }
    }
    control
}

#[inline(never)]
fn action<'d>(
    reading: &mut Reading<'d>,
    element: NodeIx,
    control: Option<usize>,
) -> Option<ActionSource<'d>> {
    let namespace = reading.namespace(element);
    let kind = match (reading.local(element), namespace) {
        ("setvalue", XFORMS | "") => {
            let value = match reading.plain(element, "value") {
                Some(text) if text.trim().is_empty() => ActionValue::Literal(Cow::default()),
                Some(text) => {
                    let place = reading.place_of(element, text);
                    ActionValue::Expression(Formula::new(text, place))
                }
                None => ActionValue::Literal(reading.document.string_value(element)),
            };
            ActionKind::SetValue { value }
        }
        ("setgeopoint", ODK) => ActionKind::SetGeopoint,
        ("recordaudio", ODK) => ActionKind::RecordAudio {
            quality: reading
                .attribute(element, ODK, "quality")
                .unwrap_or_default(),
        },
        _ => return None,
    };
    let target = reading
        .plain(element, "ref")
        .or_else(|| reading.plain(element, "bind"));
    let Some(target) = target else {
        let place = reading.place(element);
        reading.error(place, DefinitionFault::MissingAttribute { name: "ref" });
        return None;
    };
    let named = reading
        .plain(element, "event")
        .or_else(|| reading.attribute(element, "http://www.w3.org/2001/xml-events", "event"))
        .unwrap_or_default();
    let mut events = Events::default();
    let mut unknown = Vec::new();
    for event in named.split_whitespace() {
        match event {
            "odk-instance-first-load" | "xforms-ready" => events.first_load = true,
            "odk-instance-load" => events.load = true,
            "odk-new-repeat" | "jr-insert" => events.new_repeat = true,
            "xforms-value-changed" => events.value_changed = true,
            _ => unknown.push(event.to_owned()),
        }
    }
    if !unknown.is_empty() {
        let place = reading.place_of(element, target);
        reading.error(place, DefinitionFault::UnknownEvents(unknown));
    }
    Some(ActionSource {
        kind,
        events,
        target: Formula::new(target, reading.place_of(element, target)),
        control,
    })
}

#[inline(never)]
fn itemset<'d>(reading: &mut Reading<'d>, element: NodeIx) -> Option<ItemsetSource<'d>> {
    let Some(nodeset) = reading.plain(element, "nodeset") else {
        let place = reading.place(element);
        reading.error(place, DefinitionFault::MissingAttribute { name: "nodeset" });
        return None;
    };
    let nodeset = Formula::new(nodeset, reading.place_of(element, nodeset));
    let of = |reading: &Reading<'d>, name: &str| {
        let child = reading.child(element, name)?;
        let text = reading.plain(child, "ref")?;
        Some(Formula::new(text, reading.place_of(child, text)))
    };
    let Some(value) = of(reading, "value") else {
        let place = reading.place(element);
        reading.error(place, DefinitionFault::MissingElement { name: "value" });
        return None;
    };
    let label = of(reading, "label");
    Some(ItemsetSource {
        nodeset,
        value,
        label,
    })
}
