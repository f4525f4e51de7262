//! 580 made-up institutions, spread over the districts, so that lists, totals and maps have a city's size.

use domain::body::{BodyKind, Particulars};
use domain::id::BodyId;
use domain::{Language, Text};
use form::Texts;

use super::bodies::{self, NAMED_INSTITUTIONS};
use super::districts::{DISTRICTS, DemoDistrict};
use super::identity;

/// Of all institutions together, the named ones included.
pub const RESIDENTS: u32 = 40_612;
pub const STAFF: u32 = 20_318;

struct Sample {
    district: &'static DemoDistrict,
    kind: BodyKind,
    /// From 1, among those of its kind in its district.
    number: usize,
}

impl Sample {
    fn key(&self) -> String {
        format!(
            "sample/{}/{}/{:02}",
            self.district.code,
            self.kind.code(),
            self.number
        )
    }

    fn name(&self) -> Texts {
        let what = match self.kind {
            BodyKind::ChildWelfare => Text::new("示例儿童福利院", "Sample Children's Home"),
            BodyKind::DisabilityService => {
                Text::new("示例残疾人服务中心", "Sample Disability Service Centre")
            }
            BodyKind::ElderCare | BodyKind::Department | BodyKind::OversightBody => {
                Text::new("示例养老院", "Sample Elder-Care Home")
            }
        };
        let number = self.number;
        Texts::both(
            format!(
                "{}{}{number:02}",
                self.district.name.get(Language::Chinese),
                what.get(Language::Chinese)
            ),
            format!(
                "{} {} {number:02}",
                self.district.short,
                what.get(Language::English)
            ),
        )
    }

    /// How large it is beside the others: many small ones, few large.
    fn residents_weight(&self) -> u64 {
        let largest = match self.kind {
            BodyKind::ElderCare => 1_000,
            _ => 600,
        };
        let drawn = identity::spread("residents", &self.key(), largest);
        24 + drawn * drawn / 4_000
    }

    fn staff_weight(&self) -> u64 {
        self.residents_weight() * (80 + identity::spread("staff", &self.key(), 40))
    }

    fn capacity(&self, residents: u32) -> u32 {
        // A tenth to a half of the beds are free, and beds come in tens.
        let free =
            u32::try_from(identity::spread("capacity", &self.key(), 40)).unwrap_or_default() + 10;
        (residents + residents * free / 100).div_ceil(10) * 10
    }
}

/// Mostly elder care; one in twelve serves people with disabilities, one in twenty children.
fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for district in &DISTRICTS {
        let disability = district.samples / 12;
        let child = district.samples / 20;
        let kinds = [
            (BodyKind::ElderCare, district.samples - disability - child),
            (BodyKind::ChildWelfare, child),
            (BodyKind::DisabilityService, disability),
        ];
        for (kind, count) in kinds {
            samples.extend((1..=count).map(|number| Sample {
                district,
                kind,
                number,
            }));
        }
    }
    samples
}

/// Divides a total in proportion to the weights, without losing one to rounding.
fn shares(total: u32, weights: &[u64]) -> Vec<u32> {
    let whole: u64 = weights.iter().sum();
    let mut so_far = 0;
    let mut given = 0;
    weights
        .iter()
        .map(|weight| {
            so_far += weight;
            let due = u32::try_from(u64::from(total) * so_far / whole.max(1)).unwrap_or(total);
            let share = due - given;
            given = due;
            share
        })
        .collect()
}

/// In the order of the districts.
pub fn sample_institutions() -> Vec<(BodyId, Particulars)> {
    let named_residents: u32 = NAMED_INSTITUTIONS
        .iter()
        .map(|institution| institution.residents)
        .sum();
    let named_staff: u32 = NAMED_INSTITUTIONS
        .iter()
        .map(|institution| institution.staff)
        .sum();
    let samples = samples();
    let residents_weights: Vec<u64> = samples.iter().map(Sample::residents_weight).collect();
    let staff_weights: Vec<u64> = samples.iter().map(Sample::staff_weight).collect();
    let residents = shares(RESIDENTS - named_residents, &residents_weights);
    let staff = shares(STAFF - named_staff, &staff_weights);
    samples
        .iter()
        .zip(residents)
        .zip(staff)
        .map(|((sample, residents), staff)| {
            let particulars = Particulars {
                kind: sample.kind,
                name: sample.name(),
                parent: Some(bodies::district_bureau(sample.district)),
                district: Some(sample.district.code()),
                residents,
                staff,
                capacity: sample.capacity(residents),
                sample: true,
                profile: domain::body::Profile::default(),
            };
            (bodies::body(&sample.key()), particulars)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn a_total_is_divided_without_a_rest() {
        for (total, weights, expected) in [
            (10, vec![1, 1, 1], vec![3, 3, 4]),
            (7, vec![5, 0, 2], vec![5, 0, 2]),
            (1, vec![1, 1], vec![0, 1]),
            (0, vec![3, 4], vec![0, 0]),
            (5, vec![], vec![]),
        ] {
            assert_eq!(
                shares(total, &weights),
                expected,
                "{total} over {weights:?}"
            );
        }
    }
}
