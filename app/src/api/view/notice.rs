//! Notices as pages see them.

use domain::body::BodyKind;
use domain::id::{BodyId, NoticeId, PersonId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::notice::NoticeContent;
use domain::response_level::ResponseLevel;
use form::Texts;
use serde::{Deserialize, Serialize};

use super::{LevelRow, LinkedBody, Named};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeRow {
    pub id: NoticeId,
    pub number: String,
    pub title: Texts,
    pub effective_from: Instant,
    pub acknowledge_by: Instant,
    pub issued_at: Instant,
    /// The response level that it puts in force, where it states one.
    pub level: Option<ResponseLevel>,
    /// Of the bodies that the viewer may see; so are the next two.
    pub receipts: u32,
    /// Addressed or passed on to.
    pub addressees: u32,
    /// Past the deadline, without receipt.
    pub overdue: u32,
    /// The viewer's own bodies that have yet to acknowledge it.
    pub awaited: Vec<BodyId>,
    pub withdrawn: bool,
    /// How many events its stream had when it was read.
    pub version: u64,
}

/// A notice that some body of the viewer's own has yet to acknowledge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeWaiting {
    pub id: NoticeId,
    pub number: String,
    pub title: Texts,
    pub acknowledge_by: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeView {
    pub id: NoticeId,
    /// How many events its stream had when it was read.
    pub version: u64,
    /// The last last.
    pub corrections: Vec<CorrectionView>,
    pub withdrawn: Option<WithdrawalView>,
    /// How many have acknowledged what it says now.
    pub up_to_date: u32,
    /// Whether the viewer corrects and withdraws it.
    pub may_change: bool,
    pub content: NoticeContent,
    /// The bodies that the content names.
    pub named: Vec<LinkedBody>,
    pub issued_at: Instant,
    pub issued_by: Option<Named<PersonId>>,
    pub receipts: u32,
    pub addressees: u32,
    pub overdue: u32,
    /// The viewer's own bodies that have yet to acknowledge it.
    pub awaited: Vec<AwaitedReceipt>,
    /// Those of them that have.
    pub given: Vec<GivenReceipt>,
    /// The viewer's own departments that may pass it on.
    pub offers: Vec<PassingOffer>,
    /// The decisions on response levels that it puts in force, extends or ends, the last made first.
    pub levels: Vec<LevelRow>,
    /// Its way down, first to last.
    pub chain: Vec<ChainStep>,
}

/// A correction, and what the notice said before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectionView {
    pub before: NoticeContent,
    pub reason: String,
    /// Whether who had acknowledged it acknowledges it again.
    pub again: bool,
    pub by: Named<PersonId>,
    pub at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WithdrawalView {
    pub reason: String,
    pub by: Named<PersonId>,
    pub at: Instant,
}

/// A receipt that is waited for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AwaitedReceipt {
    pub body: Named<BodyId>,
    pub reminders: u32,
    /// When it acknowledged an earlier wording that it is to acknowledge again.
    pub earlier: Option<Instant>,
}

/// A receipt of one of the viewer's own bodies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GivenReceipt {
    pub body: Named<BodyId>,
    pub at: Instant,
    /// After the time it had.
    pub late: bool,
    /// The notice was corrected since.
    pub outdated: bool,
}

/// A department and those below it, or in its district, who have not had the notice from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PassingOffer {
    pub from: Named<BodyId>,
    /// Those the notice is addressed to.
    pub addressed: Vec<Named<BodyId>>,
    /// Those it is not addressed to: the department may give it to them all the same.
    pub others: Vec<Named<BodyId>>,
}

/// A department passed a notice on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChainStep {
    pub from: LinkedBody,
    pub by: Named<PersonId>,
    pub at: Instant,
    /// How many it gave it to, and how many of them have acknowledged it.
    pub to: u32,
    pub acknowledged: u32,
}

/// How many bodies a rule covers now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AddresseeCount {
    pub all: u32,
    pub by_kind: Vec<(BodyKind, u32)>,
}

/// Which receipts a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReceiptState {
    #[default]
    All,
    Received,
    /// Received after the deadline.
    Late,
    Awaited,
    /// Awaited, past the deadline.
    Overdue,
    /// What was acknowledged is an earlier wording, whether or not it counts.
    Earlier,
}

impl ReceiptState {
    pub const ALL: [ReceiptState; 6] = [
        ReceiptState::All,
        ReceiptState::Received,
        ReceiptState::Late,
        ReceiptState::Awaited,
        ReceiptState::Overdue,
        ReceiptState::Earlier,
    ];

    /// As addresses write it.
    pub const fn code(self) -> &'static str {
        match self {
            ReceiptState::All => "",
            ReceiptState::Received => "received",
            ReceiptState::Late => "late",
            ReceiptState::Awaited => "awaited",
            ReceiptState::Overdue => "overdue",
            ReceiptState::Earlier => "earlier",
        }
    }

    pub fn from_code(code: &str) -> Option<ReceiptState> {
        ReceiptState::ALL
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// A body the notice reaches, and how it stands with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptRow {
    pub notice: NoticeId,
    /// How many events the notice had when it was read.
    pub version: u64,
    pub body: LinkedBody,
    pub kind: BodyKind,
    pub district: Option<DistrictCode>,
    /// First passed on to it.
    pub passed: Option<PassedView>,
    pub received: Option<ReceivedView>,
    /// When it last acknowledged an earlier wording that it is to acknowledge again.
    pub earlier: Option<Instant>,
    pub reminders: u32,
    pub reminded_at: Option<Instant>,
    pub overdue: bool,
    /// What the viewer may do.
    pub may_acknowledge: bool,
    pub may_remind: bool,
}

impl ReceiptRow {
    /// Whether the body has acknowledged an earlier wording only.
    pub fn is_of_an_earlier_wording(&self) -> bool {
        let received = self.received.as_ref();
        received.map_or(self.earlier.is_some(), |received| received.outdated)
    }
}

impl ReceiptState {
    /// Whether it stands so with a body.
    pub fn holds_of(self, row: &ReceiptRow) -> bool {
        let received = row.received.as_ref();
        match self {
            ReceiptState::All => true,
            ReceiptState::Received => received.is_some(),
            ReceiptState::Late => received.is_some_and(|received| received.late),
            ReceiptState::Awaited => received.is_none(),
            ReceiptState::Overdue => row.overdue,
            ReceiptState::Earlier => row.is_of_an_earlier_wording(),
        }
    }
}

/// A receipt that a body owes past its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverdueReceipt {
    pub notice: NoticeId,
    pub number: String,
    pub title: Texts,
    pub body: LinkedBody,
    pub kind: BodyKind,
    pub district: Option<DistrictCode>,
    /// The body above it.
    pub above: Option<Named<BodyId>>,
    /// This body's own time.
    pub acknowledge_by: Instant,
    /// Whole days of 24 hours since then.
    pub days_late: u32,
    pub reminders: u32,
    pub reminded_at: Option<Instant>,
    pub may_remind: bool,
}

/// How late at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateBy {
    Day,
    ThreeDays,
    Week,
    Month,
}

impl LateBy {
    pub const ALL: [LateBy; 4] = [LateBy::Day, LateBy::ThreeDays, LateBy::Week, LateBy::Month];

    pub const fn days(self) -> u32 {
        match self {
            LateBy::Day => 1,
            LateBy::ThreeDays => 3,
            LateBy::Week => 7,
            LateBy::Month => 30,
        }
    }

    /// As addresses write it.
    pub const fn code(self) -> &'static str {
        match self {
            LateBy::Day => "1",
            LateBy::ThreeDays => "3",
            LateBy::Week => "7",
            LateBy::Month => "30",
        }
    }

    pub fn from_code(code: &str) -> Option<LateBy> {
        LateBy::ALL.into_iter().find(|late| late.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PassedView {
    pub from: Named<BodyId>,
    pub by: Named<PersonId>,
    pub at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceivedView {
    pub by: Named<PersonId>,
    pub at: Instant,
    pub late: bool,
    /// The notice was corrected since.
    pub outdated: bool,
}

/// How a notice was received by the bodies it reaches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptsView {
    pub number: String,
    pub title: Texts,
    pub acknowledge_by: Instant,
    /// Over everything the viewer sees: reached, received, late, awaited past the deadline, of an earlier wording only.
    pub reached: u32,
    pub received: u32,
    pub late: u32,
    pub overdue: u32,
    pub earlier: u32,
    pub withdrawn: bool,
}

/// How long a notice took, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DelayFigures {
    pub bodies: u32,
    pub median: Option<i64>,
    pub ninth_decile: Option<i64>,
    pub slowest: Option<(LinkedBody, i64)>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TransmissionLine {
    pub reached: u32,
    /// Issued → acknowledged; issued → passed on; passed on → acknowledged.
    pub whole: DelayFigures,
    pub passing: DelayFigures,
    pub receiving: DelayFigures,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransmissionView {
    pub number: String,
    pub title: Texts,
    pub issued_at: Instant,
    /// Of one that was withdrawn nothing is measured.
    pub withdrawn: bool,
    pub all: TransmissionLine,
    pub by_district: Vec<(Option<DistrictCode>, TransmissionLine)>,
    pub by_kind: Vec<(BodyKind, TransmissionLine)>,
}
