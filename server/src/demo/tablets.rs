//! Two tablets that were enrolled before the first visits, one of which was lost. Nobody has their private keys: the
//! tablets that people try enrol keys of their own.

use domain::Command;
use domain::device::{DeviceCommand, DeviceKey};
use domain::id::DeviceId;

use super::{DemoStep, identity, moment, people};

struct Tablet {
    name: &'static str,
    key: &'static str,
    /// By its number.
    inspector: usize,
    browser: &'static str,
}

const USED: Tablet = Tablet {
    name: "used",
    key: "04fa5b8780cd8841c2a786391a74bc7b5fe4834ffb70dd2c7a9a267152177a647faa2bfd6d2d87bc9c500842206eac79c9c3b359ebafcc1897a811d9c21400b0a7",
    inspector: 1,
    browser: "(Linux; Android 12; SM-T636B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4844.58 Safari/537.36",
};
const LOST: Tablet = Tablet {
    name: "lost",
    key: "04f12e798cc7984b33931d5de81147fb429689b756828ebba1bf1f847028cacf3fc89397918e325bc94d995580d2a88c5cac66239f51d08eb10598b39dc2b1ef60",
    inspector: 4,
    browser: "(iPad; CPU OS 15_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.3 Safari/604.1",
};

fn id(tablet: &Tablet) -> DeviceId {
    DeviceId(identity::id("device", tablet.name))
}

fn on(tablet: &Tablet, command: DeviceCommand) -> Command {
    Command::Device {
        id: id(tablet),
        command,
    }
}

#[cfg(test)]
pub fn lost() -> DeviceId {
    id(&LOST)
}

pub fn steps() -> impl Iterator<Item = DemoStep> {
    let enrol = |(tablet, minute): (&Tablet, i64)| DemoStep {
        actor: people::inspector(tablet.inspector),
        at: moment(12, 21, minute),
        command: on(
            tablet,
            DeviceCommand::Enrol {
                key: DeviceKey(tablet.key.to_owned()),
                name: tablet.browser.to_owned(),
            },
        ),
    };
    let revoke = DemoStep {
        actor: people::person("administrator"),
        at: moment(13, 7, 0),
        command: on(
            &LOST,
            DeviceCommand::Revoke {
                reason: "平板遗失，已报告".to_owned(),
            },
        ),
    };
    [(&USED, 5), (&LOST, 10)]
        .map(enrol)
        .into_iter()
        .chain([revoke])
}
