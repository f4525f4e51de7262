//! The sixteen districts, with their codes from GB/T 2260.

use domain::Text;
use domain::jurisdiction::{District, DistrictCode};

use super::both;

pub struct DemoDistrict {
    pub code: &'static str,
    pub name: Text,
    /// The short English name, as it stands in the names of what lies in the district.
    pub short: &'static str,
    /// How many sample institutions it has: more where more people live.
    pub samples: usize,
}

const fn district(
    code: &'static str,
    chinese: &'static str,
    short: &'static str,
    samples: usize,
) -> DemoDistrict {
    DemoDistrict {
        code,
        name: Text::new(chinese, short),
        short,
        samples,
    }
}

pub const DISTRICTS: [DemoDistrict; 16] = [
    district("110101", "东城区", "Dongcheng", 24),
    district("110102", "西城区", "Xicheng", 40),
    district("110105", "朝阳区", "Chaoyang", 80),
    district("110106", "丰台区", "Fengtai", 64),
    district("110107", "石景山区", "Shijingshan", 18),
    district("110108", "海淀区", "Haidian", 72),
    district("110109", "门头沟区", "Mentougou", 14),
    district("110111", "房山区", "Fangshan", 44),
    district("110112", "通州区", "Tongzhou", 40),
    district("110113", "顺义区", "Shunyi", 34),
    district("110114", "昌平区", "Changping", 50),
    district("110115", "大兴区", "Daxing", 38),
    district("110116", "怀柔区", "Huairou", 16),
    district("110117", "平谷区", "Pinggu", 16),
    district("110118", "密云区", "Miyun", 18),
    district("110119", "延庆区", "Yanqing", 12),
];

impl DemoDistrict {
    pub fn code(&self) -> DistrictCode {
        DistrictCode(self.code.to_owned())
    }
}

pub fn districts() -> Vec<District> {
    DISTRICTS
        .iter()
        .map(|district| District {
            code: district.code(),
            name: both(district.name),
        })
        .collect()
}
