//! The list of limits is true: it is generated from the code, and every counter it names is one.

use std::{fs, path::Path};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn sources(directory: &Path, text: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|end| end == "rs")
            && !path.ends_with("settings/bounds.rs")
        {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_counter_and_setting_it_names_exists() {
    let settings = chinwag_server::Settings::default();
    let list = chinwag_server::settings::bounds(&settings);
    let mut source = String::new();
    for entry in fs::read_dir(format!("{ROOT}/crates")).unwrap() {
        sources(&entry.unwrap().path().join("src"), &mut source);
    }
    let documented = chinwag_server::settings::reference();
    let rows: Vec<_> =
        list.lines().filter(|line| line.starts_with("| ") && line.contains('`')).collect();
    assert!(rows.len() > 20, "{list}");
    for row in rows {
        let cells: Vec<_> = row.split(" | ").collect();
        let counter = cells[4].trim_matches(['`', ' ', '|']);
        let name = counter.split('{').next().unwrap();
        assert!(source.contains(&format!("\"{name}\"")), "no counter `{name}`: {row}");
        let setting = cells[2].trim_matches('`');
        assert!(
            setting == "none" || documented.contains(setting.split('.').next_back().unwrap()),
            "{row}"
        );
    }
}

#[test]
fn it_shows_what_is_in_force() {
    let mut settings = chinwag_server::Settings::default();
    settings.live.connections_per_session = 3;
    settings.limits.factor = 2.0;
    let list = chinwag_server::settings::bounds(&settings);
    assert!(list.contains("| live connections of a session | 3 |"), "{list}");
    assert!(
        list.contains("| messages sent, for each account | 2400 a minute, 80 at once |"),
        "{list}"
    );
    settings.limits.enabled = false;
    assert!(chinwag_server::settings::bounds(&settings).contains("switched off"));
}
