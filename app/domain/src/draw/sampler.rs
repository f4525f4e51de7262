//! The sampler: from a seed of 32 bytes to a result, the same everywhere and for ever.
//!
//! # The algorithm, version 1
//! **Numbers.** A *stream* is named by a text. Its block `n` (from 0) is SHA-256 over the ASCII text `dubang.draw.stream.1`, the seed, the
//! name (its length in bytes as 8 bytes, most significant first, then its UTF-8 bytes) and `n` (8 bytes, most significant first). A
//! block gives four numbers of 64 bits, most significant byte first. A number *below* `m` is `x mod m` of the first `x` of the stream
//! that is less than the largest multiple of `m` not above 2⁶⁴: each remainder is equally likely. To *shuffle* a list of `k`, swap
//! entry `i` with entry *below* `i + 1`, for `i` from `k − 1` down to 1. All arithmetic is of whole numbers.
//!
//! **Institutions.** Those that are on the roster and not excluded are divided into strata; strata stand in the order of district code
//! (none first) and then kind (none first, then elder care, child welfare, disability service), institutions of a stratum in the order of their ids.
//! From a stratum with weights `w` a quota `q` is drawn, on the stream `select/DISTRICT/KIND` (`-` for none):
//! 1. While there are any with `q·w ≥ W`, where `W` is the sum of the weights left, the first of them is taken and counted off `q`.
//!    They are certain.
//! 2. What is left is shuffled. `u` is a number below `W`. Walking through the list and adding up `q·w`, an institution is taken
//!    when one of `u, u + W, u + 2W, … , u + (q−1)W` lies in its part: at or above the sum before it and below the sum after it.
//!
//! So exactly `q` are taken, none twice, and each with the probability `q·w / W`: in proportion to its weight (systematic sampling with
//! unequal probabilities from a list in random order; Madow 1949, Hartley and Rao 1962). With equal weights every set of
//! `q` is equally likely.
//!
//! **Reserves.** From what was not taken, in the order of ids, one after the other, on the stream `reserve/DISTRICT/KIND`: a number below
//! the sum of the weights left falls into the part of one of them, which is taken off the list.
//!
//! **Teams.** Groups stand as they are on the roster. Where chance forms the teams, on the stream `teams`: those who may lead are
//! shuffled, in the order of their ids, and the first lead the teams; everyone else is shuffled, in the order of their ids, and fills
//! the teams one after the other.
//!
//! **Pairs.** What is paired is each drawn institution, or each district of which some were drawn. On the stream `pair` the teams' order is
//! shuffled, then the list of what is paired. Each takes, of the teams that may visit it and have room, the one with the fewest so far,
//! the first in the teams' order among those. If none has room, a chain of exchanges makes some: breadth first from what has no team,
//! its teams in the teams' order, and of a full team what it has in the order it was given; the first team with room ends the search,
//! and along the chain each takes the team it was found by. (König 1931; so a full pairing is found whenever there is one.)
//! A team may not visit what any of its members is recused from, and a district if that is so of any institution in it that can be drawn.
//!
//! # No seed fails
//! [`Prepared::new`] refuses rules under which some seed could leave something without a team. By Hall's theorem teams with room for
//! `c` each suffice for what was drawn if every `x` of it have at least `x / c` teams that may visit one of them. Two bounds on
//! that number of teams hold for every seed:
//! - the largest number of teams for one of them, which is at least the `x`-th smallest among, of each stratum, the `q` smallest;
//! - the number of teams that can be recused from fewer than `x` of what is drawn, since a team missing is recused from all of them.
//!
//! If the larger bound times `c` is at least `x` for every `x` up to the number drawn, no seed fails. Where chance forms the teams, an
//! inspector's recusals count as a whole team's, and a team's as those of its members with the most. Where groups are paired with
//! districts, what is paired is known beforehand, and the pairing is simply tried. The bounds can refuse rules that would do;
//! never the other way round.
//!
//! # Test vector
//! Seed `00…00` (32 bytes of zero). The stream `select/-/-` begins `8742e47d930eb4dd`; `tests/draw.rs` draws a small roster whole.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::plan::{
    DrawPlan, DrawResult, DrawnTeam, DrawnVisit, FOCUS_FACTORS, FOCUS_LIMIT, Pairing, Quota,
    Reserve, Roster, Stratum, TeamRule, VISIT_LIMIT, WEIGHT_LIMIT, WHOLE,
};
use crate::id::{BodyId, GroupId, PersonId};
use crate::jurisdiction::DistrictCode;
use crate::record::Hash;
use crate::{Language, say};
use serde::{Deserialize, Serialize};

/// Why no draw can be made by some rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RuleFault {
    /// A share of nothing, or of more than all.
    Ratio,
    /// Nothing is to be drawn.
    QuotaZero,
    /// More than there are.
    QuotaTooLarge {
        stratum: Stratum,
        there: u32,
    },
    /// A stratum in which nothing can be drawn.
    EmptyStratum(Stratum),
    Weight,
    Focus,
    /// More visits than one draw makes.
    TooManyVisits,
    NoTeam,
    /// A team of fewer than two, or whose leader is not in it.
    TeamTooSmall,
    TooFewInspectors,
    TooFewLeaders,
    /// Someone is in two teams.
    InTwoTeams(PersonId),
    /// Under these recusals some seed could leave a visit without a team.
    Unpairable,
}

impl RuleFault {
    pub fn text(&self, language: Language) -> String {
        match self {
            RuleFault::Ratio => say!(
                language,
                "抽取比例应大于0、不超过100%",
                "The ratio must be above 0 and at most 100%"
            ),
            RuleFault::QuotaZero => {
                say!(
                    language,
                    "每层至少抽取1家",
                    "Draw at least one of each stratum"
                )
            }
            RuleFault::QuotaTooLarge { stratum, there } => {
                let which = stratum.text(language);
                say!(
                    language,
                    "“{which}”可抽取的只有{there}家",
                    "There are only {there} to draw in “{which}”"
                )
            }
            RuleFault::EmptyStratum(stratum) => {
                let which = stratum.text(language);
                say!(
                    language,
                    "“{which}”中没有可抽取的机构",
                    "There is nothing to draw in “{which}”"
                )
            }
            RuleFault::Weight => say!(
                language,
                "风险权重应为1至{WEIGHT_LIMIT}的整数",
                "A risk weight is a whole number from 1 to {WEIGHT_LIMIT}"
            ),
            RuleFault::Focus => say!(
                language,
                "重点区应为辖区内的区，倍数为2至{FOCUS_LIMIT}",
                "The focus is a district of this draw, with a factor from 2 to {FOCUS_LIMIT}"
            ),
            RuleFault::TooManyVisits => say!(
                language,
                "一次抽取不超过{VISIT_LIMIT}家",
                "One draw takes {VISIT_LIMIT} institutions or fewer"
            ),
            RuleFault::NoTeam => say!(
                language,
                "请选择参加抽取的检查组或检查员",
                "Choose the groups or the inspectors that are drawn"
            ),
            RuleFault::TeamTooSmall => say!(
                language,
                "每个检查组至少两人，组长为其中之一",
                "A team has two people or more, its leader among them"
            ),
            RuleFault::TooFewInspectors => say!(
                language,
                "检查员人数不足以组成这么多检查组",
                "There are too few inspectors for so many teams"
            ),
            RuleFault::TooFewLeaders => say!(
                language,
                "可任组长的人数少于检查组数",
                "Fewer people may lead than there are teams"
            ),
            RuleFault::InTwoTeams(_) => say!(
                language,
                "有人同时在两个检查组内",
                "Someone is in two of the groups"
            ),
            RuleFault::Unpairable => say!(
                language,
                "按回避规则，可能出现无组可派的情形；请增加检查组，或提高每组的任务上限",
                "With these recusals a draw could leave a visit without a team; add teams, or raise the most a team is given"
            ),
        }
    }
}

impl Stratum {
    /// Its codes and kinds, for messages; pages have the districts' names.
    pub fn text(&self, language: Language) -> String {
        let district = self.district.as_ref().map(|code| code.0.clone());
        let kind = self.kind.map(|kind| kind.title().get(language).to_owned());
        let parts: Vec<String> = district.into_iter().chain(kind).collect();
        if parts.is_empty() {
            say!(language, "全部机构", "all institutions")
        } else {
            parts.join(" · ")
        }
    }

    /// As streams are named by it.
    fn name(&self) -> String {
        let district = self.district.as_ref().map_or("-", |code| &code.0);
        let kind = self.kind.map_or("-", |kind| kind.code());
        format!("{district}/{kind}")
    }
}

/// Numbers out of a seed.
pub struct Numbers {
    prefix: Sha256,
    next_block: u64,
    block: [u8; 32],
    used: usize,
}

impl Numbers {
    pub fn new(seed: Hash, stream: &str) -> Numbers {
        let prefix = Sha256::new()
            .chain_update(b"dubang.draw.stream.1")
            .chain_update(seed.0)
            .chain_update((stream.len() as u64).to_be_bytes())
            .chain_update(stream);
        Numbers {
            prefix,
            next_block: 0,
            block: [0; 32],
            used: 32,
        }
    }

    pub fn next_number(&mut self) -> u64 {
        if self.used == self.block.len() {
            let block = self.prefix.clone();
            self.block = block
                .chain_update(self.next_block.to_be_bytes())
                .finalize()
                .into();
            self.next_block += 1;
            self.used = 0;
        }
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.block[self.used..self.used + 8]);
        self.used += 8;
        u64::from_be_bytes(bytes)
    }

    /// Each number from 0 to `bound − 1` equally likely; 0 when there is nothing to choose from.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound < 2 {
            return 0;
        }
        // 2⁶⁴ mod bound: what would be counted once too often.
        let surplus = (u64::MAX % bound + 1) % bound;
        loop {
            let number = self.next_number();
            if surplus == 0 || number <= u64::MAX - surplus {
                return number % bound;
            }
        }
    }

    fn below_size(&mut self, bound: usize) -> usize {
        // What is below a size is a size.
        usize::try_from(self.below(bound as u64)).unwrap_or(0)
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for index in (1..list.len()).rev() {
            let other = self.below_size(index + 1);
            list.swap(index, other);
        }
    }
}

/// Places of a stratum's institutions on the roster, and how many are drawn.
struct PreparedStratum {
    key: Stratum,
    name: String,
    members: Vec<usize>,
    quota: usize,
    reserves: usize,
}

/// A team before it is known who else there is: places of inspectors on the roster, the leader first.
#[derive(Clone, Debug)]
struct Team {
    group: Option<GroupId>,
    members: Vec<usize>,
}

enum Teams {
    Formed(Vec<Team>),
    Drawn {
        leaders: Vec<usize>,
        others: Vec<usize>,
        teams: usize,
        size: usize,
    },
}

/// Rules and roster, found fit for every seed.
pub struct Prepared<'a> {
    roster: &'a Roster,
    weights: Vec<u64>,
    strata: Vec<PreparedStratum>,
    teams: Teams,
    pairing: Pairing,
    room: usize,
    /// Of each inspector on the roster, the institutions they are recused from, by place.
    recused: Vec<BTreeSet<usize>>,
    /// Of each institution, the number of its district among those that can be drawn in.
    district: Vec<usize>,
    /// Of each inspector, the districts with an institution they are recused from.
    recused_districts: Vec<BTreeSet<usize>>,
}

impl<'a> Prepared<'a> {
    pub fn new(plan: &DrawPlan, roster: &'a Roster) -> Result<Prepared<'a>, RuleFault> {
        check_numbers(plan)?;
        let excluded: BTreeSet<BodyId> =
            plan.exclusions.iter().map(|one| one.institution).collect();
        let mut strata: BTreeMap<(Option<DistrictCode>, Option<usize>), (Stratum, Vec<usize>)> =
            BTreeMap::new();
        for (place, institution) in roster.institutions.iter().enumerate() {
            if institution.weight == 0 || institution.weight > WEIGHT_LIMIT * FOCUS_LIMIT {
                return Err(RuleFault::Weight);
            }
            let key = plan.stratum(institution);
            let kind = key.kind.map(|kind| {
                crate::body::BodyKind::ALL
                    .iter()
                    .position(|one| *one == kind)
                    .unwrap_or_default()
            });
            let (_, members) = strata
                .entry((key.district.clone(), kind))
                .or_insert_with(|| (key, Vec::new()));
            if !excluded.contains(&institution.id) {
                members.push(place);
            }
        }
        if strata.is_empty() {
            return Err(RuleFault::EmptyStratum(Stratum {
                district: None,
                kind: None,
            }));
        }
        let strata: Vec<PreparedStratum> = strata
            .into_values()
            .map(|(key, members)| prepare_stratum(plan, key, members))
            .collect::<Result<_, _>>()?;
        for own in &plan.quotas {
            if strata.iter().all(|stratum| stratum.key != own.stratum) {
                return Err(RuleFault::EmptyStratum(own.stratum.clone()));
            }
        }
        if strata.iter().map(|stratum| stratum.quota).sum::<usize>() > VISIT_LIMIT {
            return Err(RuleFault::TooManyVisits);
        }
        let teams = prepare_teams(plan, roster)?;
        let mut prepared = Prepared {
            roster,
            weights: roster
                .institutions
                .iter()
                .map(|one| one.weight.into())
                .collect(),
            strata,
            teams,
            pairing: plan.pairing,
            room: plan.visits_per_team as usize,
            recused: vec![BTreeSet::new(); roster.inspectors.len()],
            district: Vec::new(),
            recused_districts: vec![BTreeSet::new(); roster.inspectors.len()],
        };
        prepared.note_recusals();
        if prepared.room > 0 && prepared.pairs_for_every_seed() {
            Ok(prepared)
        } else {
            Err(RuleFault::Unpairable)
        }
    }

    fn note_recusals(&mut self) {
        let roster = self.roster;
        let districts: BTreeSet<Option<&DistrictCode>> = roster
            .institutions
            .iter()
            .map(|one| one.district.as_ref())
            .collect();
        let districts: Vec<Option<&DistrictCode>> = districts.into_iter().collect();
        self.district = roster
            .institutions
            .iter()
            .map(|one| {
                districts
                    .binary_search(&one.district.as_ref())
                    .unwrap_or_default()
            })
            .collect();
        let can_be_drawn: BTreeSet<usize> = self
            .strata
            .iter()
            .flat_map(|stratum| &stratum.members)
            .copied()
            .collect();
        for recusal in &roster.recusals {
            let inspector = roster
                .inspectors
                .binary_search_by(|one| one.id.cmp(&recusal.inspector));
            let institution = roster
                .institutions
                .binary_search_by(|one| one.id.cmp(&recusal.institution));
            if let (Ok(inspector), Ok(institution)) = (inspector, institution)
                && can_be_drawn.contains(&institution)
            {
                self.recused[inspector].insert(institution);
                self.recused_districts[inspector].insert(self.district[institution]);
            }
        }
    }

    /// What is drawn, stratum by stratum, as (stratum, quota) in order.
    pub fn strata(&self) -> impl Iterator<Item = (&Stratum, usize, usize)> {
        self.strata
            .iter()
            .map(|stratum| (&stratum.key, stratum.members.len(), stratum.quota))
    }

    /// How many institutions every draw takes.
    pub fn visits(&self) -> usize {
        self.strata.iter().map(|stratum| stratum.quota).sum()
    }

    /// The draw by a seed.
    pub fn draw(&self, seed: Hash) -> DrawResult {
        let mut selected = Vec::with_capacity(self.visits());
        let mut reserves = Vec::new();
        for stratum in &self.strata {
            let mut numbers = Numbers::new(seed, &format!("select/{}", stratum.name));
            let taken = self.select(&stratum.members, stratum.quota, &mut numbers);
            if stratum.reserves > 0 {
                let left: Vec<usize> = stratum
                    .members
                    .iter()
                    .filter(|place| !taken.contains(place))
                    .copied()
                    .collect();
                let mut numbers = Numbers::new(seed, &format!("reserve/{}", stratum.name));
                for place in self.one_by_one(left, stratum.reserves, &mut numbers) {
                    reserves.push(Reserve {
                        stratum: stratum.key.clone(),
                        institution: self.roster.institutions[place].id,
                    });
                }
            }
            selected.extend(taken);
        }
        let teams = self.form_teams(seed);
        let team_of = self.pair(seed, &selected, &teams);
        let inspector = |place: &usize| self.roster.inspectors[*place].id;
        DrawResult {
            visits: selected
                .iter()
                .zip(team_of)
                .map(|(place, team)| DrawnVisit {
                    institution: self.roster.institutions[*place].id,
                    team: u32::try_from(team).unwrap_or(u32::MAX),
                })
                .collect(),
            reserves,
            teams: teams
                .iter()
                .map(|team| DrawnTeam {
                    group: team.group,
                    leader: inspector(&team.members[0]),
                    members: team.members.iter().map(inspector).collect(),
                })
                .collect(),
        }
    }

    /// A quota of some institutions, in proportion to their weights.
    fn select(&self, members: &[usize], quota: usize, numbers: &mut Numbers) -> Vec<usize> {
        let mut left = members.to_vec();
        let mut taken = Vec::with_capacity(quota);
        let mut total: u64 = left.iter().map(|place| self.weights[*place]).sum();
        let mut wanted = quota.min(left.len()) as u64;
        while wanted > 0
            && let Some(certain) = left
                .iter()
                .position(|place| wanted * self.weights[*place] >= total)
        {
            let place = left.remove(certain);
            total -= self.weights[place];
            wanted -= 1;
            taken.push(place);
        }
        if wanted == 0 {
            return taken;
        }
        numbers.shuffle(&mut left);
        let mut point = numbers.below(total);
        let mut sum = 0;
        for place in left {
            sum += wanted * self.weights[place];
            if point < sum {
                taken.push(place);
                point += total;
            }
        }
        taken
    }

    fn one_by_one(&self, mut left: Vec<usize>, number: usize, numbers: &mut Numbers) -> Vec<usize> {
        let mut taken = Vec::new();
        let mut total: u64 = left.iter().map(|place| self.weights[*place]).sum();
        while taken.len() < number && !left.is_empty() {
            let mut point = numbers.below(total);
            let mut found = left.len() - 1;
            for (index, place) in left.iter().enumerate() {
                if point < self.weights[*place] {
                    found = index;
                    break;
                }
                point -= self.weights[*place];
            }
            let place = left.remove(found);
            total -= self.weights[place];
            taken.push(place);
        }
        taken
    }

    fn form_teams(&self, seed: Hash) -> Vec<Team> {
        match &self.teams {
            Teams::Formed(teams) => teams.clone(),
            Teams::Drawn {
                leaders,
                others,
                teams,
                size,
            } => {
                let mut numbers = Numbers::new(seed, "teams");
                let mut leaders = leaders.clone();
                numbers.shuffle(&mut leaders);
                let mut rest: Vec<usize> =
                    leaders[*teams..].iter().chain(others).copied().collect();
                rest.sort_unstable();
                numbers.shuffle(&mut rest);
                leaders[..*teams]
                    .iter()
                    .zip(rest.chunks_exact(size - 1))
                    .map(|(leader, members)| Team {
                        group: None,
                        members: std::iter::once(leader).chain(members).copied().collect(),
                    })
                    .collect()
            }
        }
    }

    fn may_visit(&self, team: &Team, paired: usize) -> bool {
        let recused = match self.pairing {
            Pairing::Institutions => &self.recused,
            Pairing::Districts => &self.recused_districts,
        };
        team.members
            .iter()
            .all(|member| !recused[*member].contains(&paired))
    }

    /// The team of each drawn institution.
    fn pair(&self, seed: Hash, selected: &[usize], teams: &[Team]) -> Vec<usize> {
        let mut items: Vec<usize> = match self.pairing {
            Pairing::Institutions => selected.to_vec(),
            Pairing::Districts => {
                let districts: BTreeSet<usize> =
                    selected.iter().map(|place| self.district[*place]).collect();
                districts.into_iter().collect()
            }
        };
        let mut numbers = Numbers::new(seed, "pair");
        let mut order: Vec<usize> = (0..teams.len()).collect();
        numbers.shuffle(&mut order);
        numbers.shuffle(&mut items);
        let (given, _) = self.give(&items, teams, &order);
        let team_of: BTreeMap<usize, usize> = items.iter().copied().zip(given).collect();
        let paired = |place: &usize| match self.pairing {
            Pairing::Institutions => *place,
            Pairing::Districts => self.district[*place],
        };
        selected
            .iter()
            .map(|place| team_of.get(&paired(place)).copied().unwrap_or_default())
            .collect()
    }

    /// Gives each item a team, in the teams' order; the flag says whether all have one.
    fn give(&self, items: &[usize], teams: &[Team], order: &[usize]) -> (Vec<usize>, bool) {
        let mut has: Vec<Vec<usize>> = vec![Vec::new(); teams.len()];
        let mut team_of: Vec<Option<usize>> = vec![None; items.len()];
        let mut all = true;
        for item in 0..items.len() {
            let fewest = order
                .iter()
                .filter(|team| {
                    has[**team].len() < self.room && self.may_visit(&teams[**team], items[item])
                })
                .min_by_key(|team| has[**team].len());
            if let Some(team) = fewest {
                has[*team].push(item);
                team_of[item] = Some(*team);
            } else {
                all &= self.exchange(item, items, teams, order, &mut has, &mut team_of);
            }
        }
        let given = team_of.into_iter().map(Option::unwrap_or_default).collect();
        (given, all)
    }

    /// Makes room for an item by a shortest chain of exchanges.
    fn exchange(
        &self,
        item: usize,
        items: &[usize],
        teams: &[Team],
        order: &[usize],
        has: &mut [Vec<usize>],
        team_of: &mut [Option<usize>],
    ) -> bool {
        // By whom each team was found.
        let mut found_by: Vec<Option<usize>> = vec![None; teams.len()];
        let mut queue = std::collections::VecDeque::from([item]);
        while let Some(asking) = queue.pop_front() {
            for &team in order {
                if found_by[team].is_some() || !self.may_visit(&teams[team], items[asking]) {
                    continue;
                }
                found_by[team] = Some(asking);
                if has[team].len() >= self.room {
                    queue.extend(&has[team]);
                    continue;
                }
                let mut free = Some(team);
                while let Some(team) = free {
                    let Some(moving) = found_by[team] else { break };
                    free = team_of[moving].replace(team);
                    if let Some(left) = free {
                        has[left].retain(|other| *other != moving);
                    }
                    has[team].push(moving);
                }
                return true;
            }
        }
        false
    }

    fn pairs_for_every_seed(&self) -> bool {
        let (recused, groups): (&[BTreeSet<usize>], Vec<(Vec<usize>, usize)>) = match self.pairing {
            Pairing::Institutions => {
                let strata = self.strata.iter();
                let groups = strata.map(|stratum| (stratum.members.clone(), stratum.quota));
                (&self.recused, groups.collect())
            }
            Pairing::Districts => {
                let drawn_in = self.strata.iter().filter(|stratum| stratum.quota > 0);
                let districts: BTreeSet<usize> = drawn_in
                    .flat_map(|stratum| &stratum.members)
                    .map(|place| self.district[*place])
                    .collect();
                let number = districts.len();
                (
                    &self.recused_districts,
                    vec![(districts.into_iter().collect(), number)],
                )
            }
        };
        if let (Teams::Formed(teams), Pairing::Districts) = (&self.teams, self.pairing) {
            let order: Vec<usize> = (0..teams.len()).collect();
            return self.give(&groups[0].0, teams, &order).1;
        }
        let reached = |who: &[usize]| -> usize {
            groups
                .iter()
                .map(|(members, quota)| {
                    let kept_from =
                        |member: &&usize| who.iter().any(|one| recused[*one].contains(member));
                    members.iter().filter(kept_from).count().min(*quota)
                })
                .sum()
        };
        // How many of what is drawn each team can be recused from at most, and the teams left for one institution at least.
        let (most, teams): (Vec<usize>, usize) = match &self.teams {
            Teams::Formed(teams) => (
                teams.iter().map(|team| reached(&team.members)).collect(),
                teams.len(),
            ),
            Teams::Drawn {
                leaders,
                others,
                teams,
                size,
            } => {
                let mut each: Vec<usize> = leaders
                    .iter()
                    .chain(others)
                    .map(|one| reached(&[*one]))
                    .collect();
                each.sort_unstable_by(|one, other| other.cmp(one));
                (vec![each.iter().take(*size).sum(); *teams], *teams)
            }
        };
        let left_for = |member: &usize| match &self.teams {
            Teams::Formed(formed) => formed
                .iter()
                .filter(|team| {
                    team.members
                        .iter()
                        .all(|one| !recused[*one].contains(member))
                })
                .count(),
            Teams::Drawn { .. } => {
                let kept = recused
                    .iter()
                    .filter(|recused| recused.contains(member))
                    .count();
                teams.saturating_sub(kept)
            }
        };
        let mut fewest: Vec<usize> = groups
            .iter()
            .flat_map(|(members, quota)| {
                let mut left: Vec<usize> = members.iter().map(left_for).collect();
                left.sort_unstable();
                left.truncate(*quota);
                left
            })
            .collect();
        fewest.sort_unstable();
        fewest.iter().enumerate().all(|(index, fewest)| {
            let drawn = index + 1;
            let may = most.iter().filter(|most| **most < drawn).count();
            self.room * may.max(*fewest) >= drawn
        })
    }
}

fn check_numbers(plan: &DrawPlan) -> Result<(), RuleFault> {
    for quota in plan.quotas.iter().map(|own| own.quota).chain([plan.quota]) {
        match quota {
            Quota::Ratio(share) if share == 0 || share > WHOLE => return Err(RuleFault::Ratio),
            Quota::Fixed(0) => return Err(RuleFault::QuotaZero),
            Quota::Ratio(_) | Quota::Fixed(_) => {}
        }
    }
    if plan
        .weights
        .values()
        .any(|weight| !(1..=WEIGHT_LIMIT).contains(weight))
    {
        return Err(RuleFault::Weight);
    }
    let in_range = |focus: &super::plan::Focus| FOCUS_FACTORS.contains(&focus.factor);
    if !plan.focus.as_ref().is_none_or(in_range) {
        return Err(RuleFault::Focus);
    }
    Ok(())
}

fn prepare_stratum(
    plan: &DrawPlan,
    key: Stratum,
    members: Vec<usize>,
) -> Result<PreparedStratum, RuleFault> {
    if members.is_empty() {
        return Err(RuleFault::EmptyStratum(key));
    }
    let quota = plan.quota_of(&key, members.len());
    if quota > members.len() {
        let there = u32::try_from(members.len()).unwrap_or(u32::MAX);
        return Err(RuleFault::QuotaTooLarge {
            stratum: key,
            there,
        });
    }
    Ok(PreparedStratum {
        name: key.name(),
        reserves: (plan.reserves as usize).min(members.len() - quota),
        key,
        members,
        quota,
    })
}

fn prepare_teams(plan: &DrawPlan, roster: &Roster) -> Result<Teams, RuleFault> {
    let place = |person: &PersonId| {
        roster
            .inspectors
            .binary_search_by(|one| one.id.cmp(person))
            .map_err(|_| RuleFault::TooFewInspectors)
    };
    match &plan.teams {
        TeamRule::Groups(_) => {
            let mut seen = BTreeSet::new();
            let mut teams = Vec::with_capacity(roster.groups.len());
            for group in &roster.groups {
                if group.members.len() < crate::campaign::SMALLEST_TEAM
                    || group.members.first() != Some(&group.leader)
                {
                    return Err(RuleFault::TeamTooSmall);
                }
                if let Some(twice) = group.members.iter().find(|member| !seen.insert(**member)) {
                    return Err(RuleFault::InTwoTeams(*twice));
                }
                let members: Result<Vec<usize>, RuleFault> =
                    group.members.iter().map(place).collect();
                teams.push(Team {
                    group: Some(group.id),
                    members: members?,
                });
            }
            if teams.is_empty() {
                return Err(RuleFault::NoTeam);
            }
            Ok(Teams::Formed(teams))
        }
        TeamRule::Drawn { teams, size, .. } => {
            let (teams, size) = (*teams as usize, *size as usize);
            if teams == 0 {
                return Err(RuleFault::NoTeam);
            }
            if size < crate::campaign::SMALLEST_TEAM {
                return Err(RuleFault::TeamTooSmall);
            }
            let all = 0..roster.inspectors.len();
            let (leaders, others): (Vec<usize>, Vec<usize>) =
                all.partition(|place| roster.inspectors[*place].may_lead);
            if leaders.len() < teams {
                return Err(RuleFault::TooFewLeaders);
            }
            if roster.inspectors.len() < teams.saturating_mul(size) {
                return Err(RuleFault::TooFewInspectors);
            }
            Ok(Teams::Drawn {
                leaders,
                others,
                teams,
                size,
            })
        }
    }
}
