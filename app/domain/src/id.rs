//! Identifiers: one type per thing that has one, so that none can stand in for another.
//! Each is a UUID made by whoever creates the thing (version 7 for what people make).

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, json::FromJson)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }
    )+};
}

ids! {
    JurisdictionId,
    BodyId,
    PersonId,
    NoticeId,
    ChecklistId,
    CampaignId,
    GroupId,
    AssignmentId,
    InspectionId,
    FindingId,
    /// One browser profile on one tablet or computer.
    DeviceId,
    EventId,
    DrawId,
    ArrangementId,
    TalkId,
    MaterialId,
    LookBackId,
    /// One decision on a response level.
    ResponseLevelId,
    /// A guide, in all its editions.
    RulePackId,
}
