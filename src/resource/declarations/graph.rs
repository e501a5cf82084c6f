//! Reads schemas of a query language (`.graphql`): the fields of types and inputs, and the arguments of fields.

use crate::base::FileId;
use crate::resource::declarations::token::{Style, Token, tokens};
use crate::resource::declarations::{Declaration, Declarations};

const STYLE: Style =
    Style { line_comments: &["#"], block_comments: false, texts: &["\"\"\"", "\""], names: &[], dollar_texts: false };

/// The words that open a type with fields.
const TYPES: &[&str] = &["type", "input", "interface"];

/// The fields and arguments that a schema declares.
pub fn read(file: FileId, text: &str) -> Vec<Declaration> {
    let tokens = tokens(text, &STYLE);
    let mut found = Declarations::new(file, false);
    let mut owner: Option<&str> = None;
    let (mut is_open, mut depth, mut field) = (false, 0usize, "");
    // The depth at which the arguments of a directive began.
    let mut directive: Option<usize> = None;
    for (at, token) in tokens.iter().enumerate() {
        let next = |offset: usize| tokens.get(at + offset);
        let follows_at = |distance: usize| at.checked_sub(distance).is_some_and(|before| tokens[before].is("@"));
        match token.text {
            "{" if owner.is_some() => is_open = true,
            "}" => (owner, is_open, depth, directive) = (None, false, 0, None),
            "(" if is_open => {
                depth += 1;
                directive = directive.or(follows_at(2).then_some(depth));
            }
            ")" if is_open => {
                directive = directive.filter(|began| *began < depth);
                depth = depth.saturating_sub(1);
            }
            _ if !is_open && TYPES.iter().any(|word| token.says(word)) => {
                owner = next(1).filter(|name| name.is_word()).map(|name| name.text);
            }
            // `@deprecated(reason: "x")` says something of a field, and declares none.
            _ if is_open && token.is_word() && directive.is_none() && !follows_at(1) => {
                if depth == 0 {
                    field = token.text;
                }
                // `email: String!`, `friends(first: Int): [User]`: the type of a field with arguments is left open.
                let is_value = next(1).is_some_and(|next| next.is(":"));
                if let Some(owner) = owner.filter(|_| is_value && depth <= 1) {
                    let owner = if depth == 0 { owner } else { field };
                    found.add(owner, token.text, named_type(&tokens[at + 2..]), token.place.clone());
                }
            }
            _ => {}
        }
    }
    found.found
}

/// The name in `[String!]!`.
fn named_type<'t>(tokens: &[Token<'t>]) -> &'t str {
    tokens.iter().find(|token| !token.is("[")).filter(|token| token.is_word()).map_or("", |token| token.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::declarations::tests::written;

    #[test]
    fn fields_and_arguments_are_read() {
        let text = "\"\"\"A type Person { no: String }\"\"\"\n\
                    type Person implements Node @key(fields: \"id\") {\n  email: String! @deprecated(reason: \"x\")\n  \
                    phones: [String!]!\n  # fax: String\n  avatar(size: Int = 1 @hidden(why: \"y\"), age: Int): String\n}\n\
                    enum Kind { A B }\n\
                    extend type Mutation { signUp(mail: String!, input: SignUp): Person }\n\
                    query Q($email: String) { person(email: $email) { id } }\n";
        assert_eq!(
            written(&read(FileId(0), text), text),
            [
                "Person.email String",
                "Person.phones String",
                "avatar.size Int",
                "avatar.age Int",
                "signUp.mail String",
                "signUp.input SignUp",
            ]
        );
    }
}
