//! A release build embeds the site, so its folder must be there, and a new site must be embedded anew.

fn main() {
    let site = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    if let Err(error) = std::fs::create_dir_all(&site) {
        println!("cargo::error=cannot create {}: {error}", site.display());
    }
    println!("cargo::rerun-if-changed=../target/site/assets.json");
    println!("cargo::rerun-if-changed=migrations");
}
