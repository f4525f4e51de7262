//! The conformance data of ODK's XPath engines, case by case.

mod xpath_cases;

#[test]
fn every_case_evaluates_as_expected() {
    let Some(directory) = xpath_cases::directory() else {
        assert!(
            std::env::var("CI").is_err(),
            "the conformance data is missing; set CONFORMANCE_DIR"
        );
        println!("no conformance data found; set CONFORMANCE_DIR to run it");
        return;
    };
    let report = xpath_cases::run(&directory);
    println!("{} of {} cases pass", report.passed, report.total);
    for (id, why) in &report.failed {
        println!("{id}: {why}");
    }
    assert!(report.failed.is_empty(), "{} fail", report.failed.len());
}
