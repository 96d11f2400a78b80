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

/// Declares `Settings`, one struct for each section, and `SECTIONS`, their documentation. Sections of a
/// group stand below its name, under names of their own.
macro_rules! settings {
    (
        { $( $(#[doc = $top_meaning:literal])* $top:ident: $top_type:ty = $top_default:expr, )* }
        $( $(#[doc = $about:literal])* $section:ident: $name:ident {
            $( $(#[doc = $meaning:literal])* $key:ident: $type:ty = $default:expr, )*
        } )*
        => $(#[doc = $group_about:literal])* $group:ident: $group_name:ident {
            $( $(#[doc = $in_about:literal])* $written:literal $in_section:ident: $in_name:ident {
                $( $(#[doc = $in_meaning:literal])* $in_key:ident: $in_type:ty = $in_default:expr, )*
            } )*
        }
    ) => {
        /// Everything an operator may set.
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Settings {
            $( $(#[doc = $top_meaning])* pub $top: $top_type, )*
            $( $(#[doc = $about])* pub $section: $name, )*
            $(#[doc = $group_about])*
            pub $group: $group_name,
        }

        impl Default for Settings {
            fn default() -> Self {
                Self {
                    $( $top: $top_default, )*
                    $( $section: $name::default(), )*
                    $group: $group_name::default(),
                }
            }
        }

        $(#[doc = $group_about])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $group_name {
            $( $(#[doc = $in_about])* #[serde(rename = $written)] pub $in_section: $in_name, )*
        }

        $( $crate::settings::declare::section! { $(#[doc = $about])* $name {
            $( $(#[doc = $meaning])* $key: $type = $default, )*
        } } )*
        $( $crate::settings::declare::section! { $(#[doc = $in_about])* $in_name {
            $( $(#[doc = $in_meaning])* $in_key: $in_type = $in_default, )*
        } } )*

        /// What may be set, in the order in which it is documented.
        pub const SECTIONS: &[Section] = &[
            Section { name: "", about: "", keys: &[$( Key { name: stringify!($top), meaning: concat!($($top_meaning),*) } ),*] },
            $( Section {
                name: stringify!($section),
                about: concat!($($about),*),
                keys: &[$( Key { name: stringify!($key), meaning: concat!($($meaning),*) } ),*],
            }, )*
            $( Section {
                name: concat!(stringify!($group), ".", $written),
                about: concat!($($in_about),*),
                keys: &[$( Key { name: stringify!($in_key), meaning: concat!($($in_meaning),*) } ),*],
            }, )*
        ];
    };
}

/// Declares the struct of one section.
macro_rules! section {
    ( $(#[doc = $about:literal])* $name:ident {
        $( $(#[doc = $meaning:literal])* $key:ident: $type:ty = $default:expr, )*
    } ) => {
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
    };
}

pub(super) use {section, settings};
