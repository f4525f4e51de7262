//! The four levels of response to an outbreak, I the gravest.

use serde::{Deserialize, Serialize};

use crate::Text;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ResponseLevel {
    I,
    #[serde(rename = "II")]
    Ii,
    #[serde(rename = "III")]
    Iii,
    #[serde(rename = "IV")]
    Iv,
}

impl ResponseLevel {
    pub const ALL: [ResponseLevel; 4] = [
        ResponseLevel::I,
        ResponseLevel::Ii,
        ResponseLevel::Iii,
        ResponseLevel::Iv,
    ];

    pub const fn title(self) -> Text {
        match self {
            ResponseLevel::I => Text::new("一级响应", "Level-I response"),
            ResponseLevel::Ii => Text::new("二级响应", "Level-II response"),
            ResponseLevel::Iii => Text::new("三级响应", "Level-III response"),
            ResponseLevel::Iv => Text::new("四级响应", "Level-IV response"),
        }
    }
}
