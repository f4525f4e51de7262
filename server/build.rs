//! A release build embeds the site, so its folder must be there, and a new site must be embedded anew.

fn main() {
    let site = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    if let Err(error) = std::fs::create_dir_all(&site) {
        println!("cargo::error=cannot create {}: {error}", site.display());
    }
    // A development build reads the site from its folder: compiling it again after the bundle would change nothing.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../target/site/assets.json");
    }
    println!("cargo::rerun-if-changed=migrations");
}
