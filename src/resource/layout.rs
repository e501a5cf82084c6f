//! Reads the screens of an app: views by id with what they say of themselves, and the methods that clicks call.

use std::collections::BTreeSet;

use roxmltree::Node;
use rustc_hash::FxHashMap;

use crate::base::{FileId, Span, Symbol};
use crate::resource::xml;

/// Bound: views of one id that are told apart.
const MAX_VIEWS: usize = 256;

/// A view with an id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
    /// The name of the layout.
    pub layout: Symbol,
    /// The tag: a simple name of the platform's, or a qualified one.
    pub tag: String,
    /// What input methods and autofill are told of it: input types and autofill hints, one by one.
    pub kinds: Vec<String>,
    /// The hint that people see, or the name of the text (`@string/email`).
    pub hint: Option<String>,
    /// The element.
    pub span: Span,
}

/// The layouts of a repository.
#[derive(Clone, Default, Debug)]
pub struct Layouts {
    /// Views by id.
    views: FxHashMap<String, Vec<View>>,
    /// Names of methods that clicks call.
    handlers: BTreeSet<String>,
    /// Generated classes that hold the views of a layout.
    bindings: FxHashMap<String, Binding>,
}

/// A generated class.
#[derive(Clone, Debug)]
struct Binding {
    layout: Symbol,
    /// Ids and tags of the views by the names of the fields.
    fields: FxHashMap<String, (String, String)>,
}

impl Layouts {
    /// The views with an id, of all layouts.
    pub fn views(&self, id: &str) -> &[View] {
        self.views.get(id).map_or(&[], Vec::as_slice)
    }

    /// Every view with its id, in no order.
    pub fn each_view(&self) -> impl Iterator<Item = (&str, &View)> {
        self.views.iter().flat_map(|(id, views)| views.iter().map(move |view| (id.as_str(), view)))
    }

    /// Whether a click calls a method of this name.
    pub fn is_handler(&self, method: &str) -> bool {
        self.handlers.contains(method)
    }

    /// Whether any view has an id.
    pub fn has_views(&self) -> bool {
        !self.views.is_empty()
    }

    /// Whether code may be generated that holds the views of a layout.
    pub fn has_bindings(&self) -> bool {
        !self.bindings.is_empty()
    }

    /// Id and tag of the view in a field of the generated class of a layout.
    pub fn bound_view(&self, class: &str, field: &str) -> Option<(&str, &str)> {
        let (id, tag) = self.bindings.get(class)?.fields.get(field)?;
        Some((id, tag))
    }

    /// The layout whose views a generated class holds.
    pub fn bound_layout(&self, class: &str) -> Option<Symbol> {
        self.bindings.get(class).map(|binding| binding.layout)
    }

    /// Takes in the layouts of another file.
    pub fn extend(&mut self, other: Layouts) {
        for (id, views) in other.views {
            let own = self.views.entry(id).or_default();
            own.extend(views);
            own.truncate(MAX_VIEWS);
        }
        self.handlers.extend(other.handlers);
        for (class, binding) in other.bindings {
            let own = self.bindings.entry(class).or_insert_with(|| Binding { fields: FxHashMap::default(), ..binding });
            for (field, view) in binding.fields {
                own.fields.entry(field).or_insert(view);
            }
        }
    }
}

/// The layout in the file at `path`, or why it cannot be read.
pub fn read(file: FileId, path: &str, text: &str) -> Result<Layouts, String> {
    let document = xml::parse(text)?;
    let name = path.rsplit('/').next().and_then(|name| name.strip_suffix(".xml")).unwrap_or(path);
    let mut layouts = Layouts::default();
    let mut fields = FxHashMap::default();
    for node in document.descendants().filter(Node::is_element) {
        if let Some(handler) = xml::attribute(node, "onClick").filter(|handler| is_name(handler)) {
            layouts.handlers.insert(handler.to_owned());
        }
        let Some(id) = xml::attribute(node, "id").and_then(|id| id.rsplit_once('/')).map(|(_, id)| id) else {
            continue;
        };
        let tag = match node.tag_name().name() {
            "view" => xml::attribute(node, "class").unwrap_or("view"),
            tag => tag,
        };
        fields.insert(camel_case(id, false), (id.to_owned(), tag.to_owned()));
        let view = View {
            layout: Symbol::new(name),
            tag: tag.to_owned(),
            kinds: kinds(node),
            hint: hint(node),
            span: Span::new(file, node.range().start, opening_end(text, node)),
        };
        layouts.views.entry(id.replace('.', "_")).or_default().push(view);
    }
    let binding = Binding { layout: Symbol::new(name), fields };
    layouts.bindings.insert(format!("{}Binding", camel_case(name, true)), binding);
    Ok(layouts)
}

/// Input types and autofill hints, one by one.
fn kinds(node: Node<'_, '_>) -> Vec<String> {
    let lists = ["autofillHints", "inputType"].map(|name| xml::attribute(node, name).unwrap_or(""));
    let words = lists.iter().flat_map(|list| list.split(['|', ',']));
    words.map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

/// The hint of a field, which may stand on the frame around it.
fn hint(node: Node<'_, '_>) -> Option<String> {
    let own = xml::attribute(node, "hint");
    // A frame of several parts says nothing of one of them.
    let frame = || node.parent_element().filter(|frame| frame.children().filter(Node::is_element).count() == 1);
    own.or_else(|| xml::attribute(frame()?, "hint")).map(str::to_owned)
}

/// Where the opening tag ends.
fn opening_end(text: &str, node: Node<'_, '_>) -> usize {
    let range = node.range();
    let behind = node.attributes().map(|attribute| attribute.range().end).max().unwrap_or(range.start);
    text.get(behind..range.end).and_then(|rest| rest.find('>')).map_or(range.end, |length| behind + length + 1)
}

/// Whether a text is the name of a method and no expression.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// `user_email` as code generators write it.
fn camel_case(name: &str, first_upper: bool) -> String {
    let mut written = String::with_capacity(name.len());
    let mut upper = first_upper;
    for letter in name.chars() {
        if matches!(letter, '_' | '.' | '-') {
            upper |= first_upper || !written.is_empty();
        } else if std::mem::take(&mut upper) {
            written.extend(letter.to_uppercase());
        } else {
            written.push(letter);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGN_UP: &str = r#"<LinearLayout xmlns:android="http://schemas.android.com/apk/res/android">
        <EditText android:id="@+id/user_email" android:inputType="textEmailAddress|textNoSuggestions" />
        <com.example.Frame android:hint="@string/phone"><EditText android:id="@id/phone"></EditText></com.example.Frame>
        <Button android:id="@+id/send" android:onClick="submit" />
        <Button android:onClick="@{() -> model.submit()}" />
        <view class="com.example.Field" android:id="@+id/own" android:autofillHints="username, emailAddress" />
    </LinearLayout>"#;

    #[test]
    fn views_tell_what_they_take() {
        let layouts = read(FileId(0), "res/layout/sign_up.xml", SIGN_UP).expect("well-formed");
        let [email] = layouts.views("user_email") else { panic!("one view") };
        assert_eq!((email.tag.as_str(), email.hint.as_deref()), ("EditText", None));
        assert_eq!(email.layout, "sign_up");
        assert_eq!(email.kinds, ["textEmailAddress", "textNoSuggestions"]);
        let span = email.span;
        assert!(SIGN_UP[span.start as usize..span.end as usize].ends_with("textNoSuggestions\" />"));
        assert_eq!(layouts.views("phone")[0].hint.as_deref(), Some("@string/phone"));
        assert_eq!(layouts.views("own")[0].kinds, ["username", "emailAddress"]);
        assert_eq!(layouts.views("own")[0].tag, "com.example.Field");
        assert!(layouts.is_handler("submit") && !layouts.is_handler("send"));
        assert_eq!(layouts.bound_view("SignUpBinding", "userEmail"), Some(("user_email", "EditText")));
        assert_eq!(layouts.bound_view("SignUpBinding", "title"), None);
    }

    #[test]
    fn names_are_written_as_generators_do() {
        assert_eq!(camel_case("activity_main", true), "ActivityMain");
        assert_eq!(camel_case("user_email", false), "userEmail");
        assert_eq!(camel_case("_é_ß", false), "éSS");
    }

    #[test]
    fn any_layout_is_read_without_panic() {
        for text in ["<a id='/'/>", "<a id='é' onClick=''/>", "<a hint='>' id='@+id/é'>é</a>", "<a", "<!DOCTYPE a><a/>"]
        {
            let _ = read(FileId(0), "", text);
        }
    }
}
