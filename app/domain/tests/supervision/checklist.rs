//! A checklist is published in versions, each sound and readable.

use crate::world::*;
use domain::checklist::{ChecklistCommand, ChecklistRefusal, Published};
use domain::permission::{Act, PermissionRefusal};
use domain::wording::WordingRefusal;
use domain::{Command, Language, Refusal};
use form::{FormDefinition, Node};

fn publish(change: impl Fn(&mut FormDefinition)) -> Command {
    let mut definition = checklist();
    change(&mut definition);
    Command::Checklist {
        id: CHECKLIST,
        command: ChecklistCommand::Publish(Box::new(Published {
            definition,
            adapted: false,
        })),
    }
}

/// Changes the first item.
fn first(definition: &mut FormDefinition, change: impl Fn(&mut form::Question)) {
    let Node::Group(group) = &mut definition.children[0] else {
        panic!("the small checklist has a section")
    };
    let Node::Question(question) = &mut group.children[0] else {
        panic!("and an item in it")
    };
    change(question);
}

#[test]
pub fn what_cannot_be_published_is_refused_with_the_reason() {
    let mut world = World::new();
    world.does(ADMINISTRATOR, &publish(|_| {})).unwrap();
    let next = |definition: &mut FormDefinition| definition.version = "2".into();
    let text = |of: &str, refusal| ChecklistRefusal::Text {
        of: of.into(),
        refusal,
    };
    let cases: Vec<(&str, Command, ChecklistRefusal)> = vec![
        (
            "a version that is out",
            publish(|_| {}),
            ChecklistRefusal::VersionExists("1".into()),
        ),
        (
            "a list of choices that is not there",
            publish(|definition| {
                next(definition);
                first(definition, |item| item.choices = Some("nowhere".into()));
            }),
            ChecklistRefusal::Definition(vec!["a1: there is no choice list \"nowhere\"".into()]),
        ),
        (
            "an endless title",
            publish(|definition| {
                next(definition);
                definition.title = texts(&"x".repeat(121));
            }),
            text("title", WordingRefusal::TooLong { limit: 120 }),
        ),
        (
            "an item that hides something",
            publish(|definition| {
                next(definition);
                first(definition, |item| item.label = texts("a\u{202E}1"));
            }),
            text("a1", WordingRefusal::Unprintable { code: 0x202E }),
        ),
        (
            "an endless choice",
            publish(|definition| {
                next(definition);
                for choices in definition.choice_lists.values_mut() {
                    choices[0].label = texts(&"x".repeat(4_001));
                }
            }),
            text("result", WordingRefusal::TooLong { limit: 4_000 }),
        ),
    ];
    let mut met = Vec::new();
    for (name, command, expected) in cases {
        let refusal = world.ask(ADMINISTRATOR, &command).unwrap_err();
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty(), "{name}");
        }
        assert_eq!(refusal, Refusal::Checklist(expected.clone()), "{name}");
        met.push(expected);
    }
    assert_every_variant!(met, ChecklistRefusal: VersionExists, Definition, Text);
    assert!(world.ask(ADMINISTRATOR, &publish(next)).is_ok());
    assert_eq!(
        world.ask(INSPECTOR, &publish(next)),
        Err(PermissionRefusal::NoSuchRole(Act::PublishChecklists).into())
    );
}
