//! File names as people may be shown them: whatever was sent, what remains is one harmless name.

/// Most bytes of a name; what file systems take.
const LONGEST: usize = 255;
/// Longest ending that is kept when a name is cut.
const LONGEST_ENDING: usize = 16;
/// What a file is called whose name held nothing.
const NAMELESS: &str = "file";

/// The name without folders, control characters, and what would hide its ending or mean something to a
/// file system; at most 255 bytes, its ending kept.
pub(crate) fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !is_invisible(*c)).map(replaced).collect();
    let kept = kept.trim_matches([' ', '.', '\u{a0}']);
    if kept.is_empty() { NAMELESS.to_owned() } else { cut(kept) }
}

/// Control characters; and those that turn the direction of writing or have no width, with which
/// `exe.txt` can be made to look like `txt.exe`.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// What some file system gives a meaning.
fn replaced(c: char) -> char {
    if "<>:\"|?*".contains(c) { '_' } else { c }
}

fn cut(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
    let ending = if ending.len() <= LONGEST_ENDING { ending } else { "" };
    let end = name.floor_char_boundary(LONGEST - ending.len());
    format!("{}{ending}", name[..end].trim_end_matches([' ', '.']))
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn hostile_names_become_harmless() {
        let names = [
            ("holiday.jpg", "holiday.jpg"),
            ("naïve café 日本.png", "naïve café 日本.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system32\\evil.exe", "evil.exe"),
            ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"),
            ("nul\0byte.txt", "nulbyte.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("quote\".txt", "quote_.txt"),
            (".htaccess", "htaccess"),
            ("..", "file"),
            ("", "file"),
            ("dir/", "file"),
            (" . . ", "file"),
            ("trailing. ", "trailing"),
            ("<script>.html", "_script_.html"),
        ];
        for (sent, kept) in names {
            assert_eq!(clean(sent), kept, "{sent:?}");
            assert_eq!(clean(kept), kept, "cleaning again changes nothing");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let long = clean(&format!("{}.jpeg", "é".repeat(400)));
        assert!(long.len() <= 255 && long.ends_with("é.jpeg"), "{long}");
        assert_eq!(clean(&"x".repeat(1000)).len(), 255);
        assert_eq!(clean(&format!("a.{}", "x".repeat(1000))).len(), 255);
    }
}
