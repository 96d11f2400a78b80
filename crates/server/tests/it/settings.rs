//! Settings: what wins over what, what is refused and in which words, what is generated from them.

use chinwag_server::settings::{self, Flags, LogFormat, Settings};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Reads settings from a file with this text and these variables.
fn load(file: &str, variables: &[(&str, &str)], flags: Flags) -> Result<Settings, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("chinwag.toml");
    fs::write(&path, file).unwrap();
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    settings::load(&Flags { config: Some(path), ..flags }, variables)
        .map_err(|error| format!("{error:#}"))
}

/// A file of the repository.
fn committed(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

fn refusal(file: &str, variables: &[(&str, &str)]) -> String {
    load(file, variables, Flags::default()).unwrap_err()
}

#[test]
fn the_later_wins() {
    let file = "data_dir = '/file'\n[http]\nbind = '127.0.0.1:1'\n[limits]\nfactor = 2\n[log]\nformat = 'json'";
    let from_file = load(file, &[], Flags::default()).unwrap();
    assert_eq!(from_file.http.bind.port(), 1);
    assert_eq!((from_file.limits.factor, from_file.log.format), (2.0, LogFormat::Json));
    assert_eq!(
        from_file.accounts,
        Settings::default().accounts,
        "what is not set keeps its default"
    );

    let variables = [
        ("CHINWAG_HTTP__BIND", "127.0.0.1:2"),
        ("CHINWAG_DATA_DIR", "/environment"),
        ("CHINWAG_LIMITS__ENABLED", "false"),
    ];
    let from_environment = load(file, &variables, Flags::default()).unwrap();
    assert_eq!(from_environment.http.bind.port(), 2);
    assert_eq!(from_environment.data_dir, PathBuf::from("/environment"));
    assert!(!from_environment.limits.enabled);

    let flags = Flags {
        bind: Some("127.0.0.1:3".into()),
        data_dir: Some("/flag".into()),
        ..Flags::default()
    };
    let from_flags = load(file, &variables, flags).unwrap();
    assert_eq!(from_flags.http.bind.port(), 3);
    assert_eq!(from_flags.data_dir, PathBuf::from("/flag"));
}

#[test]
fn lists_and_files_come_from_the_environment_too() {
    let dir = tempfile::tempdir().unwrap();
    let url = dir.path().join("url");
    fs::write(&url, "postgres://chinwag:word@db/chinwag\n").unwrap();
    let variables = [
        ("CHINWAG_CORS__ORIGINS", "https://a.example, https://b.example"),
        ("CHINWAG_DATABASE__URL_FILE", url.to_str().unwrap()),
        ("CHINWAG_BROKER__URL", "amqp://chinwag:word@broker/%2f"),
    ];
    let settings = load("", &variables, Flags::default()).unwrap();
    assert_eq!(settings.cors.origins, ["https://a.example", "https://b.example"]);
    assert_eq!(settings.database.url, "postgres://chinwag:word@db/chinwag");
    let printed = settings::print(&settings);
    assert!(printed.contains("postgres://chinwag:***@db/chinwag"), "{printed}");
    assert!(printed.contains("amqp://chinwag:***@broker/%2f"), "{printed}");
}

#[test]
fn dialects_and_listeners_are_set_everywhere() {
    let file = "[[http.listeners]]\nbind = '0.0.0.0:3000'\nserve = ['messaging-service', 'messaging-app']\n\
                [dialects.messaging-app]\ntoken_life = 60";
    let variables = [
        ("CHINWAG_DIALECTS__MESSAGING_APP__ENABLED", "false"),
        ("CHINWAG_DIALECTS__MESSAGING_SERVICE__ENABLED", "false"),
    ];
    let settings = load(file, &variables, Flags::default()).unwrap();
    let listener = &settings.http.listeners[0];
    assert_eq!((listener.bind.port(), listener.serve.len()), (3000, 2));
    assert_eq!(settings.dialects.messaging_app.token_life, 60);
    assert!(
        !settings.dialects.messaging_app.enabled && !settings.dialects.messaging_service.enabled
    );
    let printed = load(&settings::print(&settings), &[], Flags::default()).unwrap();
    assert_eq!(printed, settings, "what is printed says the same");

    let variables =
        [("CHINWAG_HTTP__LISTENERS", "127.0.0.1:1=room-chat, 127.0.0.1:2=pingtalk+live-chat")];
    let listeners = load("", &variables, Flags::default()).unwrap().http.listeners;
    assert_eq!((listeners[0].bind.port(), listeners[1].serve.len()), (1, 2));
    for wrong in ["127.0.0.1:1", "x=room-chat", "127.0.0.1:1=chat", "127.0.0.1:1="] {
        let said = refusal("", &[("CHINWAG_HTTP__LISTENERS", wrong)]);
        assert!(said.contains("`http.listeners`"), "{said}");
    }
}

#[test]
fn other_variables_are_left_alone() {
    let variables = [("CHINWAG_USER", "ada"), ("CHINWAG_TEST_POSTGRES", "x"), ("HOME", "/")];
    assert_eq!(load("", &variables, Flags::default()).unwrap(), Settings::default());
}

#[test]
fn nothing_unknown_passes() {
    assert!(
        refusal("[http]\nbnid = 'x'", &[])
            .contains("there is no setting `http.bnid`; did you mean `http.bind`?")
    );
    assert!(refusal("[https]\nbind = 'x'", &[]).contains("there is no setting `https`"));
    assert!(refusal("bind = 'x'", &[]).contains("did you mean `http.bind`?"));
    assert!(refusal("http = 7", &[]).contains("there is no setting `http`"));
    let variable = refusal("", &[("CHINWAG_HTTP__PORT_NUMBER", "1")]);
    assert!(variable.starts_with("CHINWAG_HTTP__PORT_NUMBER: there is no setting"), "{variable}");
}

#[test]
fn nothing_wrong_passes() {
    let wrong = [
        ("[http]\nbind = 7", "`http.bind` must be text, not a whole number"),
        ("[http]\nbind = 'nowhere'", "`http.bind`"),
        ("[http]\npublic_url = 'chat.example.com'", "must begin with http://"),
        ("[cors]\norigins = ['https://a.example/']", "is not an origin"),
        ("[http]\ntrusted_proxies = ['proxy']", "`http.trusted_proxies`"),
        ("[database]\nurl = 'mysql://x'", "must begin with postgres://"),
        ("[accounts]\nbcrypt_cost = 31", "must be from 4 to 15, not 31"),
        ("[accounts]\nrefresh_days = 91", "must be from 1 to 90, not 91"),
        ("[accounts]\nhash_threads = -1", "`accounts.hash_threads`"),
        ("[limits]\nfactor = 0.0", "must be above 0"),
        ("[log]\nformat = 'xml'", "`log.format`"),
        ("[broker]\nurl = 'http://broker'", "`broker`: url: "),
        ("[broker]\nurl = 'amqps://broker'\nca_file = '/nowhere/ca.pem'", "`broker`: ca_file: "),
        ("[dialects.room-chat]\nuser_topic = 'amq.topic'", "`dialects.room-chat.user_topic`"),
        ("[http", "is not TOML"),
    ];
    for (file, words) in wrong {
        let said = refusal(file, &[]);
        assert!(
            said.contains(words) && said.contains("chinwag.toml") | said.starts_with('`'),
            "{file}: {said}"
        );
    }
    assert!(
        refusal("", &[("CHINWAG_DATABASE__POOL", "many")])
            .contains("CHINWAG_DATABASE__POOL: must be a whole number, not `many`")
    );
    let missing = Flags { config: Some("/nowhere/chinwag.toml".into()), ..Flags::default() };
    assert!(
        settings::load(&missing, []).unwrap_err().to_string().contains("no configuration file")
    );
}

#[test]
fn the_example_is_fresh_and_short_and_says_the_defaults() {
    let example = settings::example();
    assert_eq!(committed("chinwag.example.toml"), example, "renew it with `make generate`");
    assert!(example.lines().count() < 60, "{} lines", example.lines().count());

    let taken = |line: &str| {
        line.strip_prefix("# ")
            .filter(|rest| rest.contains(" = ") && rest.contains(" # "))
            .unwrap_or(line)
            .to_owned()
    };
    let uncommented: Vec<String> = example.lines().map(taken).collect();
    assert_eq!(load(&uncommented.join("\n"), &[], Flags::default()).unwrap(), Settings::default());
}

#[test]
fn the_reference_is_fresh_and_has_every_key() {
    let reference = settings::reference();
    assert_eq!(committed("docs/configuration.md"), reference, "renew it with `make generate`");
    for section in settings::SECTIONS {
        for key in section.keys {
            assert!(
                reference.contains(&format!("| `{}` |", key.name)),
                "{}.{}",
                section.name,
                key.name
            );
            assert!(!key.meaning.trim().is_empty(), "{}.{}", section.name, key.name);
        }
    }
    assert!(reference.contains("`CHINWAG_HTTP__BIND`") && reference.contains("`CHINWAG_DATA_DIR`"));
}
