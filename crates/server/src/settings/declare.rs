//! The one macro that declares settings: each key is written once, with its meaning and its default,
//! and becomes a field, a default, a rule for reading files and a line of documentation.

/// A section as it is documented.
#[derive(Debug)]
pub struct Section {
    /// Its name in the file; empty for keys that stand above the sections.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// Its keys, in order.
    pub keys: &'static [Key],
}

/// A key as it is documented.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it means, and its unit.
    pub meaning: &'static str,
}

/// Declares `Settings`, one struct for each section, and `SECTIONS`, their documentation.
macro_rules! settings {
    (
        { $( $(#[doc = $top_meaning:literal])* $top:ident: $top_type:ty = $top_default:expr, )* }
        $( $(#[doc = $about:literal])* $section:ident: $name:ident {
            $( $(#[doc = $meaning:literal])* $key:ident: $type:ty = $default:expr, )*
        } )*
    ) => {
        /// Everything an operator may set.
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Settings {
            $( $(#[doc = $top_meaning])* pub $top: $top_type, )*
            $( $(#[doc = $about])* pub $section: $name, )*
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { $( $top: $top_default, )* $( $section: $name::default(), )* }
            }
        }

        $(
            $(#[doc = $about])*
            #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
            #[serde(deny_unknown_fields, default)]
            pub struct $name {
                $( $(#[doc = $meaning])* pub $key: $type, )*
            }

            impl Default for $name {
                fn default() -> Self {
                    Self { $( $key: $default, )* }
                }
            }
        )*

        /// What may be set, in the order in which it is documented.
        pub const SECTIONS: &[Section] = &[
            Section { name: "", about: "", keys: &[$( Key { name: stringify!($top), meaning: concat!($($top_meaning),*) } ),*] },
            $( Section {
                name: stringify!($section),
                about: concat!($($about),*),
                keys: &[$( Key { name: stringify!($key), meaning: concat!($($meaning),*) } ),*],
            } ),*
        ];
    };
}

pub(super) use settings;
