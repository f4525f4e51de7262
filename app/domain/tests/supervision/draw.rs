//! The sampler, from its test vector to a hundred thousand seeds.

use std::collections::{BTreeMap, BTreeSet};

use domain::body::BodyKind;
use domain::draw::canonical::result_hash;
use domain::draw::plan::{
    DrawPlan, DrawResult, Exclusion, Focus, Pairing, Quota, Recusal, Roster, RosterGroup,
    RosterInspector, RosterInstitution, Strata, Stratum, StratumQuota, TeamRule,
};
use domain::draw::sampler::{Numbers, Prepared, RuleFault};
use domain::id::{BodyId, CampaignId, GroupId, PersonId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::record::Hash;
use domain::recusal::RecusalReason;
use form::Texts;
use uuid::Uuid;

/// Draws of the statistical test.
const SEEDS: u64 = 100_000;
/// Standard deviations a frequency may be off. A sound sampler keeps each of a test's bodies within with a probability of all but
/// 6 in 10 million, so all fifty together with a confidence above 99.99%; the seeds are the same every time.
const DEVIATIONS: f64 = 5.0;

fn body(number: u128) -> BodyId {
    BodyId(Uuid::from_u128(number))
}

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(1_000 + number))
}

fn district(number: u128) -> DistrictCode {
    DistrictCode(format!("1101{number:02}"))
}

fn seed(number: u64) -> Hash {
    Hash::of(&number.to_be_bytes())
}

fn institution(
    number: u128,
    district_number: u128,
    kind: BodyKind,
    weight: u32,
) -> RosterInstitution {
    RosterInstitution {
        id: body(number),
        name: Texts::both(format!("机构{number}"), format!("Home {number}")),
        kind,
        district: Some(district(district_number)),
        weight,
    }
}

/// Groups of three, the first of each leads.
fn groups(number: u128) -> (Vec<RosterInspector>, Vec<RosterGroup>) {
    let inspector = |number: u128| RosterInspector {
        id: person(number),
        name: Texts::both("检查员", "Inspector"),
        unit: None,
        may_lead: number.is_multiple_of(3),
    };
    let group = |number: u128| RosterGroup {
        id: GroupId(Uuid::from_u128(2_000 + number)),
        name: Texts::both("检查组", "Group"),
        leader: person(3 * number),
        members: (3 * number..3 * number + 3).map(person).collect(),
    };
    (
        (0..3 * number).map(inspector).collect(),
        (0..number).map(group).collect(),
    )
}

fn plan() -> DrawPlan {
    DrawPlan {
        campaign: CampaignId(Uuid::from_u128(9)),
        name: Texts::both("抽查", "Spot check"),
        kinds: vec![BodyKind::ElderCare, BodyKind::ChildWelfare],
        districts: Vec::new(),
        strata: Strata {
            by_district: true,
            by_kind: true,
        },
        quota: Quota::Fixed(2),
        quotas: Vec::new(),
        reserves: 2,
        focus: None,
        weights: BTreeMap::new(),
        exclusions: Vec::new(),
        teams: TeamRule::Groups(Vec::new()),
        pairing: Pairing::Institutions,
        visits_per_team: 3,
        parties: vec![person(900), person(901)],
        commit_by: Instant(1),
        reveal_by: Instant(2),
        fallback: "重新承诺".into(),
        sealed: false,
    }
}

/// Three districts of elder care and one with child welfare too, weights from 1 to 5, five groups, and people kept away from some.
fn city() -> Roster {
    let mut institutions = Vec::new();
    for number in 0..36_u128 {
        let weight = u32::try_from(number % 5 + 1).unwrap();
        let kind = if number >= 30 {
            BodyKind::ChildWelfare
        } else {
            BodyKind::ElderCare
        };
        let district = if number >= 30 { 1 } else { number % 3 + 1 };
        institutions.push(institution(number, district, kind, weight));
    }
    let (inspectors, groups) = groups(5);
    // The first group is kept from one district, others from single homes.
    let mut recusals: Vec<Recusal> = (0..10)
        .map(|number| Recusal {
            inspector: person(1),
            institution: body(3 * number),
            reason: RecusalReason::OwnDistrict,
        })
        .collect();
    for (inspector, institution) in [(4, 7), (8, 30), (11, 8), (14, 8)] {
        recusals.push(Recusal {
            inspector: person(inspector),
            institution: body(institution),
            reason: RecusalReason::DeclaredInterest,
        });
    }
    recusals.sort_unstable();
    Roster {
        institutions,
        inspectors,
        groups,
        recusals,
        regulators: Vec::new(),
    }
}

fn assert_no_excluded_pair(result: &DrawResult, roster: &Roster) {
    for visit in &result.visits {
        let team = &result.teams[visit.team as usize];
        for recusal in &roster.recusals {
            assert!(
                recusal.institution != visit.institution
                    || !team.members.contains(&recusal.inspector),
                "{recusal:?} came out"
            );
        }
    }
}

#[test]
fn numbers_are_those_of_the_test_vector() {
    let mut numbers = Numbers::new(Hash::ZERO, "select/-/-");
    let first = numbers.next_number();
    let documented = include_str!("../../src/draw/sampler.rs");
    assert!(
        documented.contains(&format!("{first:016x}")),
        "{first:016x}"
    );
    // Every remainder below a bound that divides nothing is reached, and none beyond it.
    let mut reached = BTreeSet::new();
    for _ in 0..10_000 {
        reached.insert(numbers.below(97));
    }
    assert_eq!(reached, (0..97).collect());
    assert_eq!((numbers.below(1), numbers.below(0)), (0, 0));
}

/// The whole result of a small roster, to the byte: another implementation that gets this gets everything.
#[test]
fn a_small_roster_is_drawn_as_recorded() {
    let roster = city();
    let plan = plan();
    let prepared = Prepared::new(&plan, &roster).unwrap();
    let result = prepared.draw(Hash::ZERO);
    let visits: Vec<(u128, u32)> = result
        .visits
        .iter()
        .map(|visit| (visit.institution.0.as_u128(), visit.team))
        .collect();
    let reserves: Vec<u128> = result
        .reserves
        .iter()
        .map(|reserve| reserve.institution.0.as_u128())
        .collect();
    assert_eq!(visits, EXPECTED_VISITS);
    assert_eq!(reserves, EXPECTED_RESERVES);
    assert_eq!(result_hash(Hash::ZERO, &result).to_string(), EXPECTED_HASH);
}

/// Institutions and their teams.
const EXPECTED_VISITS: [(u128, u32); 8] = [
    (0, 2),
    (24, 3),
    (32, 3),
    (33, 4),
    (19, 0),
    (1, 1),
    (14, 0),
    (2, 2),
];
const EXPECTED_RESERVES: [u128; 8] = [6, 12, 30, 34, 28, 4, 20, 17];
const EXPECTED_HASH: &str = "299f07e54cd4904af6a265f445ca6befe99299e13c9759413ff40d517b26985f";

/// Given weights, exclusions, recusals and quotas, when a hundred thousand seeds are drawn, then quotas are exact, no excluded pair
/// and nothing excluded comes out, no team has more than its room, and every body comes as often as its weight says.
#[test]
fn a_hundred_thousand_seeds_keep_every_promise() {
    let roster = city();
    let mut plan = plan();
    plan.exclusions.push(Exclusion {
        institution: body(5),
        reason: "上月已查".into(),
    });
    plan.quotas.push(StratumQuota {
        stratum: Stratum {
            district: Some(district(2)),
            kind: Some(BodyKind::ElderCare),
        },
        quota: Quota::Ratio(3_500),
    });
    let prepared = Prepared::new(&plan, &roster).unwrap();
    let quotas: Vec<(Stratum, usize, usize)> = prepared
        .strata()
        .map(|(stratum, size, quota)| (stratum.clone(), size, quota))
        .collect();
    assert_eq!(
        quotas
            .iter()
            .map(|(_, size, quota)| (*size, *quota))
            .collect::<Vec<_>>(),
        [(10, 2), (6, 2), (10, 4), (9, 2)]
    );
    let place: BTreeMap<BodyId, usize> = roster
        .institutions
        .iter()
        .enumerate()
        .map(|(place, one)| (one.id, place))
        .collect();
    let stratum_of: Vec<usize> = roster
        .institutions
        .iter()
        .map(|one| {
            let key = plan.stratum(one);
            quotas
                .iter()
                .position(|(stratum, _, _)| *stratum == key)
                .unwrap()
        })
        .collect();
    // Each thread draws a part of the seeds.
    let count = |seeds: std::ops::Range<u64>| {
        let mut times = vec![0_u64; roster.institutions.len()];
        let mut pairs = vec![[0_u64; 5]; roster.institutions.len()];
        for number in seeds {
            let result = prepared.draw(seed(number));
            let mut drawn = vec![0; quotas.len()];
            let mut load = [0; 5];
            let mut seen = vec![false; roster.institutions.len()];
            for visit in &result.visits {
                let (place, team) = (place[&visit.institution], visit.team as usize);
                assert!(!std::mem::replace(&mut seen[place], true), "drawn twice");
                assert_ne!(visit.institution, body(5), "excluded");
                drawn[stratum_of[place]] += 1;
                load[team] += 1;
                times[place] += 1;
                pairs[place][team] += 1;
            }
            for (drawn, (stratum, _, quota)) in drawn.iter().zip(&quotas) {
                assert_eq!(drawn, quota, "{stratum:?}");
            }
            assert!(load.iter().all(|load| *load <= 3), "{load:?}");
            for reserve in &result.reserves {
                let place = place[&reserve.institution];
                assert!(
                    !std::mem::replace(&mut seen[place], true),
                    "reserve drawn twice"
                );
                assert_ne!(reserve.institution, body(5), "excluded");
            }
            assert_no_excluded_pair(&result, &roster);
        }
        (times, pairs)
    };
    let (times, pairs) = std::thread::scope(|scope| {
        const PARTS: u64 = 4;
        let parts: Vec<_> = (0..PARTS)
            .map(|part| {
                let seeds = SEEDS / PARTS * part..SEEDS / PARTS * (part + 1);
                let count = &count;
                scope.spawn(move || count(seeds))
            })
            .collect();
        let mut times = vec![0; roster.institutions.len()];
        let mut pairs = vec![[0; 5]; roster.institutions.len()];
        for part in parts {
            let (some_times, some_pairs) = part.join().unwrap();
            for (place, (one, teams)) in some_times.iter().zip(some_pairs).enumerate() {
                times[place] += one;
                for (sum, went) in pairs[place].iter_mut().zip(teams) {
                    *sum += went;
                }
            }
        }
        (times, pairs)
    });
    for (index, one) in roster.institutions.iter().enumerate() {
        let members = |other: &(usize, &RosterInstitution)| {
            stratum_of[other.0] == stratum_of[index] && other.1.id != body(5)
        };
        let total: u32 = roster
            .institutions
            .iter()
            .enumerate()
            .filter(members)
            .map(|(_, other)| other.weight)
            .sum();
        let quota = quotas[stratum_of[index]].2;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let chance = quota as f64 * f64::from(one.weight) / f64::from(total);
        let expected = if one.id == body(5) { 0.0 } else { chance };
        assert_frequency(times[index], expected, &format!("{:?}", one.id));
        // Where nobody is recused every team is as likely as another to be the one that goes.
        if one.id != body(5)
            && roster
                .recusals
                .iter()
                .all(|recusal| recusal.institution != one.id)
        {
            let never = pairs[index].iter().position(|went| *went == 0);
            assert_eq!(never, None, "a team never goes to {:?}", one.id);
        }
    }
}

fn assert_frequency(times: u64, chance: f64, what: &str) {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let (times, draws) = (times as f64, SEEDS as f64);
    let deviation = (draws * chance * (1.0 - chance)).sqrt();
    assert!(
        (times - draws * chance).abs() <= DEVIATIONS * deviation,
        "{what} came {times} times, its weight says {}",
        draws * chance
    );
}

/// Given equal weights, when pairs are counted over a hundred thousand seeds, then every pair of bodies and every team for a body is as
/// likely as another (chi-square, 99.99%).
#[test]
fn equal_weights_make_every_set_and_every_team_equally_likely() {
    let institutions: Vec<RosterInstitution> = (0..6)
        .map(|number| institution(number, 1, BodyKind::ElderCare, 1))
        .collect();
    let (inspectors, groups) = groups(3);
    let roster = Roster {
        institutions,
        inspectors,
        groups,
        recusals: Vec::new(),
        regulators: Vec::new(),
    };
    let plan = DrawPlan {
        visits_per_team: 1,
        reserves: 1,
        ..plan()
    };
    let prepared = Prepared::new(&plan, &roster).unwrap();
    let mut sets: BTreeMap<Vec<BodyId>, u64> = BTreeMap::new();
    let mut teams: BTreeMap<(BodyId, u32), u64> = BTreeMap::new();
    let mut reserves: BTreeMap<BodyId, u64> = BTreeMap::new();
    for number in 0..SEEDS {
        let result = prepared.draw(seed(number));
        let mut set: Vec<BodyId> = result
            .visits
            .iter()
            .map(|visit| visit.institution)
            .collect();
        set.sort_unstable();
        *sets.entry(set).or_default() += 1;
        for visit in &result.visits {
            *teams.entry((visit.institution, visit.team)).or_default() += 1;
        }
        *reserves.entry(result.reserves[0].institution).or_default() += 1;
    }
    // 99.99% points of chi-square with 14, 17 and 5 degrees of freedom.
    for (counts, cells, bound) in [
        (sets.values().copied().collect::<Vec<_>>(), 15, 42.6),
        (teams.values().copied().collect(), 18, 47.6),
        (reserves.values().copied().collect(), 6, 25.7),
    ] {
        assert_eq!(counts.len(), cells);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let counts: Vec<f64> = counts.into_iter().map(|count| count as f64).collect();
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let expected = counts.iter().sum::<f64>() / cells as f64;
        let chi_square: f64 = counts
            .iter()
            .map(|count| (count - expected).powi(2) / expected)
            .sum();
        assert!(
            chi_square < bound,
            "{cells} cells: {chi_square} is not below {bound}"
        );
    }
}

/// Given whole districts to pair, when drawn, then every district goes to one team that nobody in it is kept from.
#[test]
fn districts_are_given_whole() {
    let roster = city();
    let plan = DrawPlan {
        pairing: Pairing::Districts,
        visits_per_team: 1,
        ..plan()
    };
    let prepared = Prepared::new(&plan, &roster).unwrap();
    for number in 0..SEEDS / 20 {
        let result = prepared.draw(seed(number));
        assert_no_excluded_pair(&result, &roster);
        let mut team_of: BTreeMap<&DistrictCode, u32> = BTreeMap::new();
        for visit in &result.visits {
            let one = roster
                .institutions
                .iter()
                .find(|one| one.id == visit.institution)
                .unwrap();
            let team = *team_of
                .entry(one.district.as_ref().unwrap())
                .or_insert(visit.team);
            assert_eq!(team, visit.team);
        }
        assert_eq!(team_of.values().collect::<BTreeSet<_>>().len(), 3);
    }
}

/// Given teams that chance forms, when a hundred thousand seeds are drawn, then each has its size and one who may lead, nobody is in two,
/// quotas are exact, no team has more than its room, no excluded pair comes, and everyone leads, is drawn, and goes with everyone else
/// as often as the rules say.
#[test]
fn teams_are_drawn_too() {
    const TEAMS: usize = 4;
    const SIZE: usize = 3;
    let mut roster = city();
    roster.groups.clear();
    roster
        .recusals
        .retain(|recusal| recusal.inspector != person(1));
    let plan = DrawPlan {
        teams: TeamRule::Drawn {
            inspectors: Vec::new(),
            leaders: Vec::new(),
            teams: 4,
            size: 3,
        },
        ..plan()
    };
    let prepared = Prepared::new(&plan, &roster).unwrap();
    let quotas: BTreeMap<&Stratum, usize> = prepared
        .strata()
        .map(|(stratum, _, quota)| (stratum, quota))
        .collect();
    let stratum_of: BTreeMap<BodyId, Stratum> = roster
        .institutions
        .iter()
        .map(|one| (one.id, plan.stratum(one)))
        .collect();
    let may_lead: BTreeMap<PersonId, bool> = roster
        .inspectors
        .iter()
        .map(|one| (one.id, one.may_lead))
        .collect();
    let draw = |seeds: std::ops::Range<u64>| {
        let mut counted: [BTreeMap<Vec<PersonId>, u64>; 4] = Default::default();
        let [led, drawn, together, under] = &mut counted;
        for number in seeds {
            let result = prepared.draw(seed(number));
            assert_no_excluded_pair(&result, &roster);
            assert_eq!(result.teams.len(), TEAMS);
            let mut seen = BTreeSet::new();
            for team in &result.teams {
                assert_eq!((team.members.len(), team.members[0]), (SIZE, team.leader));
                assert!(may_lead[&team.leader]);
                *led.entry(vec![team.leader]).or_default() += 1;
                for member in &team.members {
                    assert!(seen.insert(*member), "in two teams");
                    *drawn.entry(vec![*member]).or_default() += 1;
                }
                let mut beside: Vec<PersonId> = team.members[1..].to_vec();
                for member in &beside {
                    *under.entry(vec![team.leader, *member]).or_default() += 1;
                }
                beside.sort_unstable();
                *together.entry(beside).or_default() += 1;
            }
            let mut visits: BTreeMap<&Stratum, usize> = BTreeMap::new();
            let mut load = [0; TEAMS];
            for visit in &result.visits {
                *visits.entry(&stratum_of[&visit.institution]).or_default() += 1;
                load[visit.team as usize] += 1;
            }
            assert_eq!(visits, quotas);
            assert!(load.iter().all(|load| *load <= 3), "{load:?}");
        }
        counted
    };
    let [led, drawn, together, under] = std::thread::scope(|scope| {
        const PARTS: u64 = 4;
        let parts: Vec<_> = (0..PARTS)
            .map(|part| {
                let seeds = SEEDS / PARTS * part..SEEDS / PARTS * (part + 1);
                let draw = &draw;
                scope.spawn(move || draw(seeds))
            })
            .collect();
        let mut sums: [BTreeMap<Vec<PersonId>, u64>; 4] = Default::default();
        for part in parts {
            for (sum, some) in sums.iter_mut().zip(part.join().unwrap()) {
                for (who, times) in some {
                    *sum.entry(who).or_default() += times;
                }
            }
        }
        sums
    });
    // Four of the five who may lead do; the fifth and the ten others make up the eight places that are left.
    let (leads, is_led) = (4.0 / 5.0, 8.0 / 11.0);
    for (who, leader) in &may_lead {
        let times = |of: &BTreeMap<Vec<PersonId>, u64>| of.get(&vec![*who]).copied().unwrap_or(0);
        let chance = if *leader { leads } else { 0.0 };
        assert_frequency(times(&led), chance, &format!("{who} at the head"));
        let chance = chance + (1.0 - chance) * is_led;
        assert_frequency(times(&drawn), chance, &format!("{who} in a team"));
        for (member, leads_too) in may_lead.iter().filter(|(member, _)| *member != who) {
            // Whoever is led goes with each of the four teams alike; of those who may lead only the one left out is led.
            let under_one = is_led / 4.0;
            let chance = match (leader, leads_too) {
                (false, _) => 0.0,
                (true, false) => leads * under_one,
                (true, true) => (1.0 - leads) * under_one,
            };
            let times = under.get(&vec![*who, *member]).copied().unwrap_or(0);
            assert_frequency(times, chance, &format!("{member} under {who}"));
        }
        for other in may_lead.keys().filter(|other| who < *other) {
            // The one is led, the other has the place beside; of two who may lead, one is left to be led at most.
            let beside = is_led / 10.0;
            let chance = match (leader, may_lead[other]) {
                (true, true) => 0.0,
                (false, false) => beside,
                _ => (1.0 - leads) * beside,
            };
            let times = together.get(&vec![*who, *other]).copied().unwrap_or(0);
            assert_frequency(times, chance, &format!("{who} beside {other}"));
        }
    }
}

/// Rules at random: those that are accepted keep their promise under every seed tried; those that are refused say why.
#[test]
fn rules_that_are_accepted_never_leave_a_visit_without_a_team() {
    let mut numbers = Numbers::new(seed(7), "rules");
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..2_000 {
        let teams = numbers.below(5) + 1;
        let number = numbers.below(12) + 1;
        let (inspectors, groups) = groups(teams.into());
        let mut recusals: Vec<Recusal> = (0..numbers.below(12))
            .map(|_| Recusal {
                inspector: person(numbers.below(3 * teams).into()),
                institution: body(numbers.below(number).into()),
                reason: RecusalReason::OwnBody,
            })
            .collect();
        recusals.sort_unstable();
        recusals.dedup();
        let formed = numbers.below(2) == 0;
        let roster = Roster {
            institutions: (0..number.into())
                .map(|one: u128| {
                    let weight = u32::try_from(numbers.below(3) + 1).unwrap();
                    institution(one, one % 3, BodyKind::ElderCare, weight)
                })
                .collect(),
            inspectors,
            groups: if formed { groups } else { Vec::new() },
            recusals,
            regulators: Vec::new(),
        };
        let rules = DrawPlan {
            strata: Strata {
                by_district: numbers.below(2) == 0,
                by_kind: false,
            },
            quota: Quota::Ratio(u32::try_from(numbers.below(10_000) + 1).unwrap()),
            pairing: if numbers.below(3) == 0 {
                Pairing::Districts
            } else {
                Pairing::Institutions
            },
            visits_per_team: u32::try_from(numbers.below(6) + 1).unwrap(),
            teams: if formed {
                TeamRule::Groups(Vec::new())
            } else {
                TeamRule::Drawn {
                    inspectors: Vec::new(),
                    leaders: Vec::new(),
                    teams: u32::try_from(teams).unwrap(),
                    size: 2,
                }
            },
            ..plan()
        };
        match Prepared::new(&rules, &roster) {
            Ok(prepared) => {
                accepted += 1;
                for number in 0..20 {
                    let result = prepared.draw(seed(number));
                    assert_no_excluded_pair(&result, &roster);
                    assert_eq!(result.visits.len(), prepared.visits());
                    let mut load: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
                    for visit in &result.visits {
                        let one = roster
                            .institutions
                            .iter()
                            .find(|one| one.id == visit.institution)
                            .unwrap();
                        let given = match rules.pairing {
                            Pairing::Institutions => one.id.to_string(),
                            Pairing::Districts => one.district.clone().unwrap().0,
                        };
                        load.entry(visit.team).or_default().insert(given);
                    }
                    let most = load.values().map(BTreeSet::len).max().unwrap();
                    assert!(most <= rules.visits_per_team as usize);
                }
            }
            Err(RuleFault::Unpairable) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(
        accepted > 500 && refused > 100,
        "{accepted} accepted, {refused} refused"
    );
}

/// Given one thing wrong with the rules, when they are prepared, then that is what is said.
#[test]
fn rules_that_cannot_be_drawn_by_are_refused() {
    type Change = fn(&mut DrawPlan, &mut Roster);
    let elder_care_in = |number: u128| Stratum {
        district: Some(district(number)),
        kind: Some(BodyKind::ElderCare),
    };
    let child_welfare = Stratum {
        district: Some(district(1)),
        kind: Some(BodyKind::ChildWelfare),
    };
    let cases: Vec<(Change, RuleFault)> = vec![
        (|plan, _| plan.quota = Quota::Ratio(0), RuleFault::Ratio),
        (
            |plan, _| plan.quota = Quota::Ratio(10_001),
            RuleFault::Ratio,
        ),
        (|plan, _| plan.quota = Quota::Fixed(0), RuleFault::QuotaZero),
        (
            |plan, _| plan.quota = Quota::Fixed(7),
            RuleFault::QuotaTooLarge {
                stratum: child_welfare.clone(),
                there: 6,
            },
        ),
        (
            |plan, _| {
                for number in 30..36 {
                    plan.exclusions.push(Exclusion {
                        institution: body(number),
                        reason: "停业".into(),
                    });
                }
            },
            RuleFault::EmptyStratum(child_welfare),
        ),
        (
            |plan, _| {
                plan.quotas.push(StratumQuota {
                    stratum: Stratum {
                        district: Some(district(9)),
                        kind: Some(BodyKind::ElderCare),
                    },
                    quota: Quota::Fixed(1),
                });
            },
            RuleFault::EmptyStratum(elder_care_in(9)),
        ),
        (
            |_, roster| roster.institutions.clear(),
            RuleFault::EmptyStratum(Stratum {
                district: None,
                kind: None,
            }),
        ),
        (
            |plan, _| {
                plan.weights.insert(body(1), 0);
            },
            RuleFault::Weight,
        ),
        (
            |plan, _| {
                plan.focus = Some(Focus {
                    district: district(1),
                    factor: 11,
                });
            },
            RuleFault::Focus,
        ),
        (
            |plan, roster| {
                roster.institutions = (0..2_001)
                    .map(|number| institution(number, 1, BodyKind::ElderCare, 1))
                    .collect();
                plan.quota = Quota::Fixed(2_001);
            },
            RuleFault::TooManyVisits,
        ),
        (|_, roster| roster.groups.clear(), RuleFault::NoTeam),
        (
            |_, roster| roster.groups[0].members.truncate(1),
            RuleFault::TeamTooSmall,
        ),
        (
            |_, roster| {
                let member = roster.groups[0].members[1];
                roster.groups[1].members.push(member);
            },
            RuleFault::InTwoTeams(person(1)),
        ),
        (
            |plan, _| {
                plan.teams = TeamRule::Drawn {
                    inspectors: Vec::new(),
                    leaders: Vec::new(),
                    teams: 6,
                    size: 2,
                };
            },
            RuleFault::TooFewLeaders,
        ),
        (
            |plan, _| {
                plan.teams = TeamRule::Drawn {
                    inspectors: Vec::new(),
                    leaders: Vec::new(),
                    teams: 5,
                    size: 4,
                };
            },
            RuleFault::TooFewInspectors,
        ),
        (|plan, _| plan.visits_per_team = 0, RuleFault::Unpairable),
        (|plan, _| plan.visits_per_team = 1, RuleFault::Unpairable),
        (
            |_, roster| {
                // Everyone is kept from one home.
                for number in 0..15 {
                    roster.recusals.push(Recusal {
                        inspector: person(number),
                        institution: body(2),
                        reason: RecusalReason::OwnBody,
                    });
                }
            },
            RuleFault::Unpairable,
        ),
    ];
    for (change, fault) in cases {
        let (mut plan, mut roster) = (plan(), city());
        change(&mut plan, &mut roster);
        for language in domain::Language::ALL {
            assert!(!fault.text(language).is_empty());
        }
        assert_eq!(Prepared::new(&plan, &roster).err(), Some(fault));
    }
}

/// The focus multiplies quotas where the draw divides by district.
#[test]
fn a_focus_district_is_drawn_harder() {
    let roster = city();
    let plan = DrawPlan {
        focus: Some(Focus {
            district: district(1),
            factor: 3,
        }),
        ..plan()
    };
    let plan = DrawPlan {
        visits_per_team: 6,
        ..plan
    };
    let prepared = Prepared::new(&plan, &roster).unwrap();
    let quotas: Vec<usize> = prepared.strata().map(|(_, _, quota)| quota).collect();
    assert_eq!(quotas, [6, 6, 2, 2]);
}
