//! Reads SQL: the columns that `CREATE TABLE` and `ALTER TABLE … ADD` declare, in whatever dialect.

use crate::base::FileId;
use crate::resource::declarations::token::{Style, Token, tokens};
use crate::resource::declarations::{Declaration, Declarations};

const STYLE: Style = Style {
    line_comments: &["--"],
    block_comments: true,
    texts: &["'"],
    names: &[('"', '"'), ('`', '`'), ('[', ']')],
    dollar_texts: true,
};

/// Words that begin what is no column in the list of a table.
const NO_COLUMNS: &[&str] = &[
    "primary",
    "foreign",
    "unique",
    "constraint",
    "check",
    "key",
    "index",
    "exclude",
    "like",
    "fulltext",
    "spatial",
    "period",
    "partition",
];

/// The columns that a script declares.
pub fn read(file: FileId, text: &str) -> Vec<Declaration> {
    let tokens = tokens(text, &STYLE);
    let mut found = Declarations::new(file, true);
    let mut at = 0;
    while at < tokens.len() {
        at = statement(&tokens, at, &mut found);
    }
    found.found
}

/// Reads what begins at `at`; gives where to go on.
fn statement(tokens: &[Token<'_>], at: usize, found: &mut Declarations) -> usize {
    let says = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.says(word));
    if !says(at, "create") && !says(at, "alter") {
        return at + 1;
    }
    let creates = says(at, "create");
    // `CREATE GLOBAL TEMPORARY TABLE`, `CREATE UNLOGGED TABLE`.
    let Some(table) = (at + 1..at + 4).find(|&at| says(at, "table")) else { return at + 1 };
    let mut at = table + 1;
    while ["if", "not", "exists", "only"].iter().any(|word| says(at, word)) {
        at += 1;
    }
    let Some((name, behind)) = qualified_name(tokens, at) else { return at };
    if creates { columns(tokens, name, behind, found) } else { additions(tokens, name, behind, found) }
}

/// The last part of a name with dots, and where it ends.
fn qualified_name<'t>(tokens: &[Token<'t>], mut at: usize) -> Option<(&'t str, usize)> {
    loop {
        let name = tokens.get(at).filter(|token| token.is_word())?;
        if !tokens.get(at + 1).is_some_and(|token| token.is(".")) {
            return Some((name.text, at + 1));
        }
        at += 2;
    }
}

/// The columns in the brackets at `at`.
fn columns(tokens: &[Token<'_>], table: &str, at: usize, found: &mut Declarations) -> usize {
    if !tokens.get(at).is_some_and(|token| token.is("(")) {
        return at;
    }
    let (mut depth, mut at, mut is_first) = (1usize, at + 1, true);
    while let Some(token) = tokens.get(at) {
        match token.text {
            "(" if !token.is_quoted => depth += 1,
            ")" if !token.is_quoted => depth -= 1,
            // The list is not closed: what follows is another statement.
            ";" if !token.is_quoted => return at,
            _ if is_first && depth == 1 => column(tokens, table, at, found),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
        is_first = depth == 1 && token.is(",");
        at += 1;
    }
    at
}

fn column(tokens: &[Token<'_>], table: &str, at: usize, found: &mut Declarations) {
    let name = &tokens[at];
    if !name.is_word() || NO_COLUMNS.iter().any(|word| name.says(word)) {
        return;
    }
    let declared = tokens.get(at + 1).filter(|token| token.is_word()).map_or("", |token| token.text);
    found.add(table, name.text, &declared.to_ascii_lowercase(), name.place.clone());
}

/// The columns that a change adds: `ADD [COLUMN] [IF NOT EXISTS] name type`, several times.
fn additions(tokens: &[Token<'_>], table: &str, mut at: usize, found: &mut Declarations) -> usize {
    let says = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.says(word));
    while let Some(token) = tokens.get(at).filter(|token| !token.is(";")) {
        at += 1;
        if !token.says("add") {
            continue;
        }
        while ["column", "if", "not", "exists"].iter().any(|word| says(at, word)) {
            at += 1;
        }
        if tokens.get(at).is_some_and(|token| token.is("(")) {
            at = columns(tokens, table, at, found);
        } else if at < tokens.len() {
            column(tokens, table, at, found);
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::declarations::tests::written;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(written(&read(FileId(0), text), text), expected, "{text}");
    }

    #[test]
    fn columns_of_tables_are_read_in_several_dialects() {
        check(
            "-- CREATE TABLE no (no text);\n\
             CREATE TABLE public.users (\n  id bigint NOT NULL DEFAULT nextval('users (id)'),\n  \"e-mail\" character varying(255),\n  \
             born date, CONSTRAINT c CHECK (char_length(born) > 1), PRIMARY KEY (id)\n);\n\
             INSERT INTO users VALUES ('create table no (no text)');",
            &["users.id bigint", "users.e-mail character", "users.born date"],
        );
        check(
            "create table if not exists `app`.`order lines` (`mail` varchar(10) /* no */, key `k` (`mail`)) engine=InnoDB;",
            &["order lines.mail varchar"],
        );
        check(
            "CREATE TABLE [dbo].[T] ([First Name] NVARCHAR(MAX), Plain INT)",
            &["T.First Name nvarchar", "T.Plain int"],
        );
        check(
            "CREATE FUNCTION f() AS $body$ create table no (no text) $body$; create temporary table a (b text)",
            &["a.b text"],
        );
    }

    #[test]
    fn added_columns_are_read() {
        check(
            "ALTER TABLE ONLY users ADD COLUMN IF NOT EXISTS phone text, ADD fax text, ADD CONSTRAINT u UNIQUE (fax);\n\
             alter table a add (b text, c int);\nalter table a drop column d;",
            &["users.phone text", "users.fax text", "a.b text", "a.c int"],
        );
    }

    #[test]
    fn broken_statements_declare_what_they_can() {
        check("create table a (b text; create table c (d text", &["a.b text", "c.d text"]);
        check("create table; create table a; create table a (; alter table a add", &[]);
        check("create table a ($ text, 'x, (), b text", &[]);
    }
}
