//! Where a policy file stands, seen from the files that it judges: paths of the scan become paths as the policy writes
//! them, and paths that the policy writes become paths for people.
//!
//! Everything is text with `/`: no file is looked at.

/// The folder of a policy file, in relation to the root of the scan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Folder {
    /// The root or a folder below it, as a path from the root: `` or `config`.
    Inside(String),
    /// Any other folder; the path that leads from it to the root: `app` or `../../projects/app`.
    Outside {
        /// The root, seen from the folder.
        root: String,
    },
}

impl Folder {
    /// `path`, which is relative to the root, as the policy file would write it: `config/candor.yaml` writes
    /// `../app/A.java` for `app/A.java`.
    pub fn relative(&self, path: &str) -> String {
        match self {
            Folder::Inside(folder) => {
                let mut folder: Vec<&str> = segments(folder).collect();
                let mut path: Vec<&str> = segments(path).collect();
                let shared = folder.iter().zip(&path).take_while(|(a, b)| a == b).count();
                folder.drain(..shared);
                path.drain(..shared);
                folder.iter().map(|_| "..").chain(path).collect::<Vec<_>>().join("/")
            }
            Folder::Outside { root } => normalise(&join(root, path)),
        }
    }

    /// Whether `path`, written in the policy file, stays below the root or below the folder of the policy file.
    pub fn contains(&self, path: &str) -> bool {
        if path.starts_with('/') || path.contains('\\') {
            return false;
        }
        let written = normalise(path);
        match self {
            Folder::Inside(folder) => !leaves(&normalise(&join(folder, path))),
            Folder::Outside { root } => !leaves(&written) || is_below(&written, &normalise(root)),
        }
    }
}

/// `path` below `folder`, which is empty for the folder that everything is relative to.
pub fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// A path without `.` and with every `..` resolved that has a folder before it.
pub fn normalise(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in segments(path) {
        match part {
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') { format!("/{joined}") } else { joined }
}

fn leaves(normalised: &str) -> bool {
    normalised == ".." || normalised.starts_with("../")
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_folder_of_the_policy() {
        let inside = |folder: &str| Folder::Inside(folder.to_owned());
        assert_eq!(inside("").relative("app/A.java"), "app/A.java");
        assert_eq!(inside("app").relative("app/src/A.java"), "src/A.java");
        assert_eq!(inside("config/privacy").relative("config/x/A.java"), "../x/A.java");
        assert_eq!(inside("app").relative("application/A.java"), "../application/A.java");
        let outside = |root: &str| Folder::Outside { root: root.to_owned() };
        assert_eq!(outside("app").relative("src/A.java"), "app/src/A.java");
        assert_eq!(outside("../../home/app").relative("A.java"), "../../home/app/A.java");
    }

    #[test]
    fn a_document_may_not_be_fetched_from_outside() {
        let inside = |folder: &str, path: &str| Folder::Inside(folder.to_owned()).contains(path);
        assert!(inside("", "PRIVACY.md"));
        assert!(inside("", "./docs/../PRIVACY.md"));
        assert!(inside("config", "../PRIVACY.md"));
        assert!(!inside("", "../PRIVACY.md"));
        assert!(!inside("config", "../../PRIVACY.md"));
        assert!(!inside("", "docs/../../PRIVACY.md"));
        assert!(!inside("", "/etc/passwd"));
        assert!(!inside("", "..\\secret"));
        let outside = |root: &str, path: &str| Folder::Outside { root: root.to_owned() }.contains(path);
        assert!(outside("app", "PRIVACY.md"));
        assert!(outside("../app", "../app/PRIVACY.md"));
        assert!(!outside("../app", "../application/PRIVACY.md"));
    }
}
