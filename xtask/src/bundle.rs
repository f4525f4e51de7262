//! The browser's files: the app compiled to WebAssembly (once for the office, once for the field), its JavaScript, the style
//! sheet and the public files, each under a name that changes with its content, each with a Brotli copy beside it.
//!
//! ```text
//! target/site/assets.json            what the server reads: office and field (boot, js, wasm, parts each), css, public
//! target/site/pkg/boot-….js          starts one of them: loads the two below by their exact names
//! target/site/pkg/office-….js        what WebAssembly needs of JavaScript; field-….js likewise
//! target/site/pkg/office-…_bg.wasm   the app; field-…_bg.wasm likewise
//! target/site/pkg/field-visit-….wasm the field's second part, which its first page does without
//! target/site/pkg/dubang-….css       style/main.css with all it imports
//! target/site/…                      app/public, as it is
//! target/bundle/                     kept between runs, so that unchanged inputs cost nothing
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::json;
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    brotli_copy::BrotliCopies,
    digest, npm,
    process::{check_interrupt, output_of, step, timed},
    split,
    workspace::{Profile, Workspace},
};

/// What the browser runs.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// Raised when the way from compiled to bundled changes, so that kept results of the old way are not used.
const RECIPE: u32 = 3;
/// What the app is linked into, each by its package `NAME-entry`.
const ENTRIES: [(&str, Linked); 2] = [("office", Linked::Whole), ("field", Linked::Split)];
/// What the compiler is told for the smallest bundle. It takes the place of what `.cargo/config.toml` says, which it repeats.
const SMALLEST: [&str; 5] = [
    "--cfg",
    "erase_components",
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
];
/// The oldest browsers the style sheet and the JavaScript are written for.
const BROWSERS: &str = "--target=chrome111,edge111,firefox115,safari16.4";

/// Every file of the site by its path below the site's folder.
type Site = BTreeMap<String, Vec<u8>>;

/// Builds `target/site`; does nothing to files whose inputs have not changed.
pub fn build(workspace: &Workspace, profile: Profile) -> Result<()> {
    check_bindgen_version(&workspace.root().join("Cargo.lock"))?;
    ensure_wasm_target()?;
    let packages = npm::ensure(workspace)?;
    // One after the other: they use the app with different features, and in one command they would both have both.
    for (entry, linked) in ENTRIES {
        let (package, name) = (format!("{entry}-entry"), format!("the {entry}"));
        compile(workspace, profile, &package, &name, linked)?;
    }
    let [office, field] =
        ENTRIES.map(|(entry, linked)| bind(workspace, profile, &packages, entry, linked));
    let apps = [office?, field?];
    let public = files_of(&workspace.root().join("app/public"))?;
    let css = style_sheet(workspace, &packages, &public)?;
    let site = assemble(apps, css, public)?;
    let copies = BrotliCopies::open(workspace.output("bundle").join("brotli"), profile)?;
    timed("compress and write the site", |_| {
        write(&workspace.site(), &site, copies)
    })
}

/// Installs the target the app is compiled for, if it is not there.
pub fn ensure_wasm_target() -> Result<()> {
    let libraries = output_of(Command::new("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        WASM_TARGET,
    ]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    step(
        "install Rust's WebAssembly target",
        Command::new("rustup").args(["target", "add", WASM_TARGET]),
    )
}

/// The bindings are written by the library linked into this program and read by the crate linked into the app: two
/// versions of them do not understand each other.
pub fn check_bindgen_version(lock: &Path) -> Result<()> {
    let lock = fs::read_to_string(lock).with_context(|| format!("reading {}", lock.display()))?;
    let (app, tool) = (
        locked(&lock, "wasm-bindgen")?,
        locked(&lock, "wasm-bindgen-cli-support")?,
    );
    if app != tool {
        bail!(
            "Cargo.lock has wasm-bindgen {app} but wasm-bindgen-cli-support {tool}; \
             run: cargo update -p wasm-bindgen-cli-support --precise {app}"
        );
    }
    Ok(())
}

/// The version of `package` in the text of a Cargo.lock.
fn locked<'lock>(lock: &'lock str, package: &str) -> Result<&'lock str> {
    let name = format!("name = \"{package}\"");
    lock.lines()
        .skip_while(|line| *line != name)
        .nth(1)
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .with_context(|| format!("Cargo.lock has no {package}"))
}

/// What comes after the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    Whole,
    /// It may be [split](split::take_apart): what its functions refer to stays readable.
    Split,
}

/// Compiles a package to WebAssembly, as small as may be where it is for release; `name` is what a person calls it.
pub fn compile(
    workspace: &Workspace,
    profile: Profile,
    package: &str,
    name: &str,
    linked: Linked,
) -> Result<()> {
    let what = format!("compile {name} for the browser ({})", profile.name());
    if profile == Profile::Release && ensure_library_sources() {
        let mut compiling = compiling(workspace, profile, package);
        if step(&what, link(smallest(&mut compiling), linked)).is_ok() {
            return Ok(());
        }
        check_interrupt()?;
        eprintln!(
            "That is compiled again with the standard library as it is installed: \
             where it succeeds, this compiler does not take what makes bundles smallest."
        );
    }
    step(
        &what,
        link(&mut compiling(workspace, profile, package), linked),
    )
}

fn compiling(workspace: &Workspace, profile: Profile, package: &str) -> Command {
    let mut command = workspace.cargo([
        "rustc",
        "--lib",
        "--target",
        WASM_TARGET,
        "--package",
        package,
    ]);
    if profile == Profile::Release {
        command.args(["--profile", "wasm-release"]);
    }
    command
}

/// Ends the command with what is for the compiler alone.
fn link(command: &mut Command, linked: Linked) -> &mut Command {
    match linked {
        Linked::Whole => command,
        Linked::Split => command.args(["--", "-Clink-arg=--emit-relocs"]),
    }
}

/// With the standard library compiled along, for size like the rest, and a panic that ends the program where it happens: no texts
/// of panics nor what writes them, and no places in the source. The browser's console then names the function alone.
///
/// The compiler calls these ways unstable and asks to be told that it is known. They change nothing of what the program does while it does not
/// panic; a
/// compiler that does not take them any more is told by [`compile`].
fn smallest(command: &mut Command) -> &mut Command {
    command
        .args([
            "-Zbuild-std=std,panic_abort",
            "-Zbuild-std-features=optimize_for_size",
        ])
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", SMALLEST.join(" "))
}

/// Whether the sources of the standard library are there, or could be installed.
fn ensure_library_sources() -> bool {
    let there = || {
        let sysroot = output_of(Command::new("rustc").args(["--print", "sysroot"]))?;
        let sources = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/std");
        anyhow::Ok(sources.is_dir())
    };
    let installed = there().and_then(|there| {
        if there {
            return Ok(());
        }
        step(
            "install the sources of Rust's standard library",
            Command::new("rustup").args(["component", "add", "rust-src"]),
        )
    });
    if let Err(error) = &installed {
        eprintln!(
            "The bundles are some 15 % larger than they could be, without the sources of Rust's standard library: {error:#}"
        );
    }
    installed.is_ok()
}

/// The app as the browser loads it.
struct App {
    js: Vec<u8>,
    wasm: Vec<u8>,
    /// What is loaded later, by the names by which the JavaScript asks for it.
    parts: Site,
}

impl App {
    /// What is asked for later is there, and is asked for.
    fn check_parts(&self, entry: &str, linked: Linked) -> Result<()> {
        let js = String::from_utf8_lossy(&self.js);
        let is_asked_for = |part: &String| js.contains(&format!("./{part}\""));
        let whole = js.matches(&format!("./{entry}-")).count() == self.parts.len();
        if self.parts.is_empty() == (linked == Linked::Split)
            || !whole
            || !self.parts.keys().all(is_asked_for)
        {
            bail!("the {entry}'s JavaScript asks for other parts than there are");
        }
        Ok(())
    }
}

/// Writes the JavaScript the compiled app needs, unless the same app was bound before.
fn bind(
    workspace: &Workspace,
    profile: Profile,
    packages: &npm::Packages,
    entry: &str,
    linked: Linked,
) -> Result<App> {
    let compiled = workspace.compiled_wasm(profile, &format!("{entry}_entry"));
    let input = fs::read(&compiled).with_context(|| format!("reading {}", compiled.display()))?;
    let lock = fs::read(workspace.root().join("Cargo.lock")).context("reading Cargo.lock")?;
    let key = format!(
        "{RECIPE} {} {} {}",
        digest::hex(&input),
        digest::hex(&lock),
        packages.version()
    );

    let folder = workspace.output("bundle").join(profile.name()).join(entry);
    let (stamp, wasm, js) = (
        folder.join("key"),
        folder.join(format!("{entry}_bg.wasm")),
        folder.join(format!("{entry}.min.js")),
    );
    let parts = folder.join("parts");
    let read = |path: &Path| fs::read(path).with_context(|| format!("reading {}", path.display()));
    let read_app = || -> Result<App> {
        let app = App {
            js: read(&js)?,
            wasm: read(&wasm)?,
            parts: files_of(&parts)?,
        };
        app.check_parts(entry, linked)?;
        Ok(app)
    };
    if fs::read_to_string(&stamp).is_ok_and(|kept| kept == key)
        && let Ok(app) = read_app()
    {
        return Ok(app);
    }

    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    let first = match linked {
        Linked::Whole => input,
        Linked::Split => timed(&format!("take the {entry} apart"), |_| {
            split::take_apart(&input, entry, &folder, &parts)
        })?,
    };
    check_interrupt()?;
    timed(&format!("bind the {entry} to JavaScript"), |_| {
        write_bindings(first, entry, profile, linked, &folder)
    })?;
    check_interrupt()?;
    step(
        "pack the JavaScript",
        packages
            .command("esbuild")
            .arg(folder.join(format!("{entry}.js")))
            .arg(format!("--outfile={}", js.display()))
            .args([
                "--bundle",
                "--format=esm",
                "--minify",
                "--log-level=warning",
                BROWSERS,
            ]),
    )?;
    fs::write(&stamp, key).with_context(|| format!("writing {}", stamp.display()))?;
    read_app()
}

/// Writes `NAME.js` and `NAME_bg.wasm` into `folder` from what cargo compiled; of what is split, from its first part.
pub fn write_bindings(
    compiled: Vec<u8>,
    name: &str,
    profile: Profile,
    linked: Linked,
    folder: &Path,
) -> Result<()> {
    Bindgen::new()
        .input_bytes(name, compiled)
        .out_name(name)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                // Other parts are given the memory and the table of functions.
                .keep_lld_exports(linked == Linked::Split)
                .remove_name_section(profile == Profile::Release)
                .remove_producers_section(true)
                .generate(folder)
        })
        .map_err(|error| anyhow!("binding {name}: {error:#}"))
}

fn style_sheet(workspace: &Workspace, packages: &npm::Packages, public: &Site) -> Result<Vec<u8>> {
    let packed = workspace.output("bundle").join("dubang.css");
    // A public file is named in the style sheet by its address, and stays a file.
    let public_names: BTreeSet<&str> = public
        .keys()
        .filter_map(|name| name.split('/').next())
        .collect();
    let stays = public_names.into_iter().flat_map(|name| {
        [
            format!("--external:/{name}"),
            format!("--external:/{name}/*"),
        ]
    });
    step(
        "pack the style sheet",
        packages
            .command("esbuild")
            .arg(workspace.root().join("style/main.css"))
            .arg(format!("--outfile={}", packed.display()))
            .args(["--bundle", "--minify", "--log-level=warning", BROWSERS])
            .args(stays),
    )?;
    let css =
        fs::read_to_string(&packed).with_context(|| format!("reading {}", packed.display()))?;
    if css.contains("@import") {
        bail!("style/main.css imports something that is not a file below style/");
    }
    Ok(css.into_bytes())
}

/// Every file below `folder` by its path with slashes; a missing folder holds none.
fn files_of(folder: &Path) -> Result<Site> {
    let mut files = Site::new();
    for path in files_below(folder)? {
        let name = path
            .strip_prefix(folder)
            .ok()
            .and_then(Path::to_str)
            .context("a file's name is not text")?;
        let content = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        files.insert(name.to_owned(), content);
    }
    Ok(files)
}

fn assemble(apps: [App; 2], css: Vec<u8>, public: Site) -> Result<Site> {
    let css_name = format!("dubang-{}.css", digest::short(&css));
    let mut assets = json!({
        "css": format!("/pkg/{css_name}"),
        "public": public.keys().map(|name| format!("/{name}")).collect::<Vec<_>>(),
    });
    let mut own = vec![(format!("pkg/{css_name}"), css)];
    for ((entry, _), app) in ENTRIES.into_iter().zip(apps) {
        let js_name = format!("{entry}-{}.js", digest::short(&app.js));
        let wasm_name = format!("{entry}-{}_bg.wasm", digest::short(&app.wasm));
        // The page's security policy allows no script inside the page, so the two lines that start the app are a file too.
        let boot = format!(
            "import init,{{start}} from\"./{js_name}\";\
             await init({{module_or_path:\"/pkg/{wasm_name}\"}});start();\n"
        );
        let boot_name = format!("boot-{}.js", digest::short(boot.as_bytes()));
        assets[entry] = json!({
            "boot": format!("/pkg/{boot_name}"),
            "js": format!("/pkg/{js_name}"),
            "wasm": format!("/pkg/{wasm_name}"),
            "parts": app.parts.keys().map(|name| format!("/pkg/{name}")).collect::<Vec<_>>(),
        });
        own.extend(
            app.parts
                .into_iter()
                .map(|(name, part)| (format!("pkg/{name}"), part)),
        );
        own.extend([
            (format!("pkg/{boot_name}"), boot.into_bytes()),
            (format!("pkg/{js_name}"), app.js),
            (format!("pkg/{wasm_name}"), app.wasm),
        ]);
    }
    let list = serde_json::to_vec_pretty(&assets).context("writing assets.json")?;
    own.push(("assets.json".to_owned(), list));
    let mut site = public;
    for (name, content) in own {
        if site.contains_key(&name) {
            bail!("app/public/{name} stands where the bundle puts its own file");
        }
        site.insert(name, content);
    }
    Ok(site)
}

/// Makes `folder` hold exactly `site` and its Brotli copies, touching only what differs.
fn write(folder: &Path, site: &Site, mut copies: BrotliCopies) -> Result<()> {
    let mut wanted = Vec::new();
    for (name, content) in site {
        let path = folder.join(name);
        write_if_different(&path, content)?;
        // The list of assets is for the server, which reads it as it is.
        if name != "assets.json"
            && let Some(copy) = copies.of(name, content)?
        {
            let copy_path = folder.join(format!("{name}.br"));
            write_if_different(&copy_path, &copy)?;
            wanted.push(copy_path);
        }
        wanted.push(path);
    }
    for path in files_below(folder)? {
        if !wanted.contains(&path) {
            fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }
    copies.forget_unused()
}

fn write_if_different(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    }
    fs::write(path, content).with_context(|| format!("writing {}", path.display()))
}

/// Every file below `folder`, however deep; a missing folder holds none.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = if folder.is_dir() {
        vec![folder.to_owned()]
    } else {
        Vec::new()
    };
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(&folder).with_context(|| format!("listing {}", folder.display()))?
        {
            let path = entry
                .with_context(|| format!("listing {}", folder.display()))?
                .path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.99\"\n\n\
                        [[package]]\nname = \"wasm-bindgen-cli-support\"\nversion = \"0.2.98\"\n";

    #[test]
    fn the_versions_of_a_lock_are_told_apart_by_the_whole_name() {
        // Given a lock that holds two packages, one's name the beginning of the other's
        for (package, version) in [
            ("wasm-bindgen", Some("0.2.99")),
            ("wasm-bindgen-cli-support", Some("0.2.98")),
            ("wasm", None),
        ] {
            // When one is asked for, then its own version answers
            assert_eq!(locked(LOCK, package).ok(), version, "{package}");
        }
    }

    #[test]
    fn differing_binding_versions_stop_the_build_and_say_what_to_do() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("Cargo.lock");
        fs::write(&path, LOCK).expect("a lock");
        let error = check_bindgen_version(&path)
            .expect_err("the versions differ")
            .to_string();
        assert!(
            error.contains("cargo update -p wasm-bindgen-cli-support --precise 0.2.99"),
            "{error}"
        );
    }

    fn app(wasm: &[u8]) -> App {
        App {
            js: wasm.to_vec(),
            wasm: wasm.to_vec(),
            parts: Site::from([(format!("{}-part.wasm", wasm.len()), wasm.to_vec())]),
        }
    }

    fn apps(office: &[u8]) -> [App; 2] {
        [app(office), app(b"field")]
    }

    #[test]
    fn a_file_that_changes_changes_its_name_and_the_boot_file_that_names_it() {
        // Given a site, and the same site with another app
        let before = assemble(apps(b"office"), b"a{}".to_vec(), Site::new()).expect("a site");
        let after = assemble(apps(b"office2"), b"a{}".to_vec(), Site::new()).expect("a site");
        // When their names are compared
        let only_before: Vec<_> = before
            .keys()
            .filter(|name| !after.contains_key(*name))
            .collect();
        // Then the app, its part and the boot file have new names, and the unchanged files keep theirs
        assert_eq!(only_before.len(), 4, "{only_before:?}");
        let is_boot = |name: &&&String| name.starts_with("pkg/boot-");
        assert_eq!(only_before.iter().filter(is_boot).count(), 1);
        assert!(
            only_before.iter().all(|name| !name.contains("field")),
            "{only_before:?}"
        );
    }

    #[test]
    fn the_asset_list_names_files_that_exist() {
        let public = Site::from([("icons/a.svg".to_owned(), b"<svg/>".to_vec())]);
        let site = assemble(apps(b"office"), b"a{}".to_vec(), public).expect("a site");
        let assets: serde_json::Value = serde_json::from_slice(&site["assets.json"]).expect("json");
        let of_entries = ENTRIES
            .iter()
            .flat_map(|(entry, _)| ["boot", "js", "wasm"].map(|key| &assets[entry][key]));
        let parts = |(entry, _): &(&str, Linked)| assets[entry]["parts"].as_array().cloned();
        let parts: Vec<_> = ENTRIES.iter().filter_map(parts).flatten().collect();
        assert_eq!(parts.len(), ENTRIES.len());
        for address in of_entries.chain([&assets["css"]]).chain(&parts) {
            let address = address.as_str().expect("an address");
            assert!(site.contains_key(&address[1..]), "{address}");
        }
        assert_eq!(assets["public"], json!(["/icons/a.svg"]));
    }

    #[test]
    fn a_public_file_cannot_take_the_place_of_a_bundled_one() {
        let public = Site::from([("assets.json".to_owned(), b"{}".to_vec())]);
        assert!(assemble(apps(b"office"), Vec::new(), public).is_err());
    }

    #[test]
    fn writing_a_site_removes_stale_files_and_leaves_equal_ones_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (site_folder, cache) = (folder.path().join("site"), folder.path().join("cache"));
        let copies = || BrotliCopies::open(cache.clone(), Profile::Dev).expect("a cache");
        // Given a site on disk
        let text = "text ".repeat(1000).into_bytes();
        let first = Site::from([
            ("a.css".to_owned(), text.clone()),
            ("deep/b.svg".to_owned(), text.clone()),
        ]);
        write(&site_folder, &first, copies()).expect("written");
        let written = fs::metadata(site_folder.join("a.css"))
            .and_then(|file| file.modified())
            .expect("a time");
        // When a site without one of its files takes its place
        let second = Site::from([("a.css".to_owned(), text)]);
        write(&site_folder, &second, copies()).expect("written");
        // Then only the file that stayed and its copy are there, and it was not written again
        let left = files_below(&site_folder).expect("a list");
        assert_eq!(
            left,
            ["a.css", "a.css.br"].map(|name| site_folder.join(name))
        );
        let after = fs::metadata(site_folder.join("a.css"))
            .and_then(|file| file.modified())
            .expect("a time");
        assert_eq!(written, after);
    }
}
