//! That `domain/src/refusals.md`, part of the docs of [`domain::refusal`], lists what each command is refused with.

use std::fmt::Write as _;

use crate::world::{self, Met};
use crate::{
    arrangement, bodies, by_own, campaign, checklist, closure, device, draw_commands, finding,
    held, jurisdiction, material, notice, people, permission, rules, signed_afterwards, situation,
    talk, visits,
};

/// Given everything the tests of all concepts ask for, then what was refused is what the docs list, command by command. `WRITE=1` lists it
/// anew.
#[test]
fn the_docs_list_what_each_command_is_refused_with() {
    let tests: &[fn()] = &[
        notice::every_refusal_of_notices_is_met,
        talk::every_refusal_of_talks_is_met,
        visits::every_refusal_of_regulators_files_is_met,
        visits::every_refusal_of_clearances_is_met,
        draw_commands::every_refusal_of_draws_is_met,
        situation::every_refusal_of_situation_reports_is_met,
        campaign::what_cannot_be_done_in_a_campaign_is_refused_with_the_reason,
        campaign::a_group_is_changed_and_dissolved,
        campaign::an_interest_that_is_withdrawn_keeps_nobody_away,
        campaign::a_campaign_is_ended_by_its_last_day,
        campaign::what_cannot_be_assigned_is_refused_with_the_reason,
        campaign::who_tested_positive_is_assigned_nowhere,
        campaign::a_body_is_visited_once_a_day,
        campaign::a_visit_is_moved_to_another_day,
        campaign::the_time_of_a_release_moves_with_the_day,
        campaign::a_release_is_not_moved_into_the_past,
        campaign::a_moved_release_stays_on_the_day_of_its_visit,
        campaign::a_visit_is_moved_with_a_team_that_may_make_it,
        campaign::a_drawn_visit_is_moved_to_a_day_that_is_free,
        campaign::a_visit_is_released_on_its_day_at_the_latest,
        campaign::a_campaign_goes_to_its_subjects,
        campaign::a_joint_team_has_people_of_both_sides,
        closure::every_refusal_of_look_backs_is_met,
        closure::every_refusal_of_findings_is_met,
        material::every_refusal_of_materials_is_met,
        device::every_refusal_of_devices_is_met,
        rules::every_refusal_of_guides_is_met,
        rules::every_refusal_of_levels_is_met,
        bodies::every_refusal_of_bodies_is_met,
        arrangement::every_refusal_of_arrangements_is_met,
        finding::every_refusal_of_inspections_is_met,
        signed_afterwards::whoever_was_there_and_has_not_signed_signs_what_was_handed_in,
        signed_afterwards::what_cannot_be_signed_afterwards_is_refused_with_the_reason,
        signed_afterwards::a_visit_that_was_called_off_is_signed_no_more,
        people::a_grant_that_is_revoked_is_gone_at_once_and_can_be_given_again,
        people::a_person_is_amended_part_by_part,
        people::a_deactivated_person_comes_back_as_they_went,
        people::what_cannot_be_done_to_a_person_is_refused_with_the_reason,
        people::whoever_covers_every_role_that_holds_sets_a_password_and_it_is_recorded,
        checklist::what_cannot_be_published_is_refused_with_the_reason,
        held::what_cannot_be_settled_is_refused_with_the_reason,
        held::whoever_may_not_settle_is_told_so,
        jurisdiction::a_renamed_district_keeps_its_code,
        jurisdiction::what_cannot_be_founded_or_added_is_refused_with_the_reason,
        permission::acts_are_given_by_role_and_bounded_by_scope,
        by_own::an_institution_assigns_its_own_people_to_its_self_inspection,
        by_own::an_institution_assigns_nothing_else,
        by_own::a_self_inspection_keeps_no_visit_away,
        by_own::an_institution_inspects_itself_once_a_day,
        by_own::each_kind_of_campaign_is_by_its_own_people,
        by_own::a_self_inspection_tells_nothing_of_tests_and_is_not_taken_back,
    ];
    for test in tests {
        test();
    }
    let list = written(&world::all_met());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/refusals.md");
    if std::env::var_os("WRITE").is_some() {
        std::fs::write(path, &list).expect("the list is written");
    }
    let documented = std::fs::read_to_string(path).expect("the list is there");
    assert_eq!(documented, list, "WRITE=1 lists the refusals anew");
}

fn written(met: &Met) -> String {
    let mut list = String::new();
    let mut concept = "";
    for ((of, command), refusals) in met {
        if of != concept {
            let _ = write!(list, "\n# {of}\n");
            concept = of;
        }
        let _ = write!(list, "\n## {of}: {command}\n\n");
        for (refusal, text) in refusals {
            let _ = writeln!(list, "- `{refusal}`: {text}");
        }
    }
    list.trim_start().to_owned()
}
