//! Reads app manifests: the permissions that an app asks for, the classes that it declares as its components, and the
//! actions that they listen to.

use roxmltree::Node;

use crate::base::{FileId, Span};
use crate::resource::xml;

/// Bound: components of a manifest.
const MAX_COMPONENTS: usize = 10_000;
/// Bound: actions of a component.
const MAX_ACTIONS: usize = 256;

/// What a manifest says.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Manifest {
    /// The classes that it declares.
    pub components: Vec<Component>,
    /// The permissions that it asks for.
    pub permissions: Vec<Permission>,
}

/// A permission that a manifest asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Permission {
    /// Its name in full.
    pub name: String,
    /// The element that asks for it.
    pub span: Span,
}

/// A class that a manifest declares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Component {
    /// The element that declares it (`activity`).
    pub kind: String,
    /// The name of the class as written: in full, or behind a dot below a package that the build may set.
    pub class: String,
    /// The actions that its filters name.
    pub actions: Vec<String>,
}

impl Component {
    /// Whether the component is the class with this qualified name. A name below an unknown package is that of every
    /// class whose name ends so.
    pub fn is(&self, qualified: &str) -> bool {
        match self.class.strip_prefix('.') {
            Some(below) => qualified.strip_suffix(below).is_some_and(|package| package.ends_with('.')),
            None if self.class.contains('.') => qualified == self.class,
            None => qualified.rsplit('.').next() == Some(&self.class),
        }
    }

    /// The last part of the name.
    pub fn simple_name(&self) -> &str {
        self.class.rsplit('.').next().unwrap_or(&self.class)
    }
}

/// What one manifest says, or why it cannot be read.
pub fn read(file: FileId, text: &str) -> Result<Manifest, String> {
    let document = xml::parse(text)?;
    // `uses-permission`, and those that only some versions of the platform are asked for.
    let asks = document.root_element().children().filter(|node| node.tag_name().name().starts_with("uses-permission"));
    let permission = |node: Node<'_, '_>| {
        let name = xml::attribute(node, "name")?.to_owned();
        Some(Permission { name, span: Span::new(file, node.range().start, node.range().end) })
    };
    let permissions = asks.take(MAX_COMPONENTS).filter_map(permission).collect();
    let mut components = Vec::new();
    for application in xml::children(document.root_element(), "application") {
        let declared = application.children().filter(|node| node.is_element());
        for node in std::iter::once(application).chain(declared).take(MAX_COMPONENTS) {
            // An alias listens for the class that it stands for.
            let class = xml::attribute(node, "targetActivity").or_else(|| xml::attribute(node, "name"));
            if let Some(class) = class.filter(|class| !class.is_empty()) {
                // Code separates nested classes by a dot.
                let class = class.replace('$', ".");
                components.push(Component { kind: node.tag_name().name().to_owned(), class, actions: actions(node) });
            }
        }
    }
    Ok(Manifest { components, permissions })
}

/// The actions that the filters of a component name.
fn actions(component: Node<'_, '_>) -> Vec<String> {
    let filters = xml::children(component, "intent-filter");
    let actions = filters.flat_map(|filter| xml::children(filter, "action"));
    actions.filter_map(|action| xml::attribute(action, "name")).take(MAX_ACTIONS).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_known_by_their_classes() {
        let text = r#"<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="toy">
            <uses-permission android:name="android.permission.INTERNET" />
            <application android:name=".Toy">
                <activity android:name=".ui.SignUp"><meta-data android:name="x" /></activity>
                <service android:name="toy.Sync$Inner">
                    <intent-filter><action android:name="toy.SYNC" /><action android:name="toy.STOP" /></intent-filter>
                </service>
                <receiver android:name="Boot" />
            </application>
        </manifest>"#;
        let Manifest { components, permissions } = read(FileId(0), text).expect("well-formed");
        let [internet] = &permissions[..] else { panic!("one permission") };
        assert_eq!(internet.name, "android.permission.INTERNET");
        assert!(text[internet.span.start as usize..].starts_with("<uses-permission "));
        let found: Vec<(&str, &str)> =
            components.iter().map(|component| (component.kind.as_str(), component.class.as_str())).collect();
        let expected =
            [("application", ".Toy"), ("activity", ".ui.SignUp"), ("service", "toy.Sync.Inner"), ("receiver", "Boot")];
        assert_eq!(found, expected);
        assert_eq!(components[2].actions, ["toy.SYNC", "toy.STOP"]);
        assert!(components[1].actions.is_empty());
        let [toy, sign_up, sync, boot] = &components[..] else { panic!("four components") };
        assert!(toy.is("any.Toy") && !toy.is("any.NoToy") && !toy.is("Toy"));
        assert!(sign_up.is("a.b.ui.SignUp") && !sign_up.is("a.b.SignUp"));
        assert!(sync.is("toy.Sync.Inner") && !sync.is("x.toy.Sync.Inner"));
        assert!(boot.is("a.Boot") && boot.is("Boot"));
    }
}
