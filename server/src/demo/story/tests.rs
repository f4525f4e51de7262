//! The spring as a whole.

use super::spring;
use domain::Command;
use domain::finding::FindingCommand;
use domain::inspection::InspectionCommand;

#[test]
fn the_spring_is_the_same_every_time_and_of_the_size_it_should_have() {
    let (one, other) = (spring(), spring());
    let steps = |city: &crate::demo::DemoCity| -> Vec<_> {
        city.commands
            .iter()
            .map(|step| (step.at, step.actor, step.command.clone()))
            .collect()
    };
    assert!(steps(&one) == steps(&other));
    let count = |is: fn(&Command) -> bool| {
        one.commands
            .iter()
            .filter(|step| is(&step.command))
            .count()
    };
    let inspections = count(|command| {
        matches!(
            command,
            Command::Inspection {
                command: InspectionCommand::Submit(_),
                ..
            }
        )
    });
    let findings = count(|command| {
        matches!(
            command,
            Command::Finding {
                command: FindingCommand::Raise(_),
                ..
            }
        )
    });
    assert!(inspections >= 300, "{inspections}");
    assert!(findings >= 900, "{findings}");
    eprintln!("{inspections} {findings} {} {}", one.commands.len(), one.pictures.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn played() {
    let started = std::time::Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let settings = crate::settings::Settings {
        data: folder.path().join("data"),
        ..crate::settings::Settings::default()
    };
    let server = crate::server::Server::open(settings).await.unwrap();
    let city = spring();
    eprintln!("made {:?}", started.elapsed());
    crate::demo::take_steps(&server.ingest, &city).await.unwrap_or_else(|error| panic!("{error}"));
    eprintln!("taken {:?}", started.elapsed());
}
