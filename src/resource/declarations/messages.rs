//! Reads interface definitions in blocks of messages (`.proto`): the fields of messages.

use crate::base::FileId;
use crate::resource::declarations::token::{Style, Token, tokens};
use crate::resource::declarations::{Declaration, Declarations};

const STYLE: Style =
    Style { line_comments: &["//"], block_comments: true, texts: &["\"", "'"], names: &[], dollar_texts: false };

/// A block that is open.
enum Block<'t> {
    /// The fields in it belong to the message.
    Message(&'t str),
    /// Nothing in it is a field.
    Other,
}

/// The fields that a file declares.
pub fn read(file: FileId, text: &str) -> Vec<Declaration> {
    let tokens = tokens(text, &STYLE);
    let mut found = Declarations::new(file, false);
    let mut open: Vec<Block<'_>> = Vec::new();
    let mut start = 0;
    for (at, token) in tokens.iter().enumerate() {
        let statement = &tokens[start..at];
        match token.text {
            "{" => open.push(block(statement, open.last())),
            "}" => _ = open.pop(),
            ";" => field(statement, open.last(), &mut found),
            _ => continue,
        }
        start = at + 1;
    }
    found.found
}

fn block<'t>(statement: &[Token<'t>], around: Option<&Block<'t>>) -> Block<'t> {
    match (statement, around) {
        ([word, name, ..], _) if word.says("message") => Block::Message(name.text),
        // The fields of a choice are those of its message.
        ([word, ..], Some(Block::Message(name))) if word.says("oneof") => Block::Message(name),
        _ => Block::Other,
    }
}

/// `optional string email = 1 [deprecated = true]`, `map<string, string> labels = 2`.
fn field(statement: &[Token<'_>], around: Option<&Block<'_>>, found: &mut Declarations) {
    let Some(Block::Message(message)) = around else { return };
    let Some(equals) = statement.iter().position(|token| token.is("=")) else { return };
    let [.., declared, name] = &statement[..equals] else { return };
    if name.is_word() && !statement[0].says("option") {
        let declared = if declared.is_word() { declared.text } else { "" };
        found.add(message, name.text, declared, name.place.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::declarations::tests::written;

    #[test]
    fn fields_of_messages_are_read() {
        let text = "syntax = \"proto3\"; // message No { string no = 1; }\n\
                    option java_package = \"a\";\n\
                    message User {\n  option (x) = true;\n  reserved 4;\n  string email = 1 [(a) = { b: 1 }];\n  \
                    repeated Phone phones = 2;\n  map<string, string> labels = 3;\n  \
                    enum Kind { KIND_A = 0; }\n  oneof contact { string fax = 5; }\n  \
                    message Phone { optional string number = 1; }\n  google.protobuf.Timestamp born = 6;\n}\n\
                    service S { rpc Get (User) returns (User); }\n";
        let expected =
            ["User.phones Phone", "User.labels ", "User.fax string", "Phone.number string", "User.born Timestamp"];
        let found = written(&read(FileId(0), text), text);
        assert_eq!(found.iter().filter(|line| *line != "User.email string").collect::<Vec<_>>(), expected);
    }
}
