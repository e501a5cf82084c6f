//! The grammar as numbers: node kinds and field names become enums through tables that are built once.

use std::sync::LazyLock;

use tree_sitter::Node;

use crate::lang::tree::{self, Tables, names};

names! {
    /// Kinds of named nodes; punctuation and keywords are `Other`.
    Kind:
    Alias = "alias",
    AlternativePattern = "alternative_pattern",
    ArgumentList = "argument_list",
    Array = "array",
    ArrayPattern = "array_pattern",
    AsPattern = "as_pattern",
    Assignment = "assignment",
    BareString = "bare_string",
    BareSymbol = "bare_symbol",
    Begin = "begin",
    BeginBlock = "begin_block",
    Binary = "binary",
    Block = "block",
    BlockArgument = "block_argument",
    BlockBody = "block_body",
    BlockParameter = "block_parameter",
    BlockParameters = "block_parameters",
    BodyStatement = "body_statement",
    Break = "break",
    Call = "call",
    Case = "case",
    CaseMatch = "case_match",
    ChainedString = "chained_string",
    Character = "character",
    Class = "class",
    ClassVariable = "class_variable",
    Comment = "comment",
    Complex = "complex",
    Conditional = "conditional",
    Constant = "constant",
    DelimitedSymbol = "delimited_symbol",
    DestructuredLeft = "destructured_left_assignment",
    DestructuredParameter = "destructured_parameter",
    Do = "do",
    DoBlock = "do_block",
    ElementReference = "element_reference",
    Else = "else",
    Elsif = "elsif",
    EmptyStatement = "empty_statement",
    EndBlock = "end_block",
    Ensure = "ensure",
    Error = "ERROR",
    EscapeSequence = "escape_sequence",
    ExceptionVariable = "exception_variable",
    Exceptions = "exceptions",
    ExpressionReferencePattern = "expression_reference_pattern",
    False = "false",
    FindPattern = "find_pattern",
    Float = "float",
    For = "for",
    ForwardArgument = "forward_argument",
    ForwardParameter = "forward_parameter",
    GlobalVariable = "global_variable",
    Hash = "hash",
    HashKeySymbol = "hash_key_symbol",
    HashPattern = "hash_pattern",
    HashSplatArgument = "hash_splat_argument",
    HashSplatNil = "hash_splat_nil",
    HashSplatParameter = "hash_splat_parameter",
    HeredocBeginning = "heredoc_beginning",
    HeredocBody = "heredoc_body",
    HeredocContent = "heredoc_content",
    HeredocEnd = "heredoc_end",
    Identifier = "identifier",
    If = "if",
    IfGuard = "if_guard",
    IfModifier = "if_modifier",
    In = "in",
    InClause = "in_clause",
    InstanceVariable = "instance_variable",
    Integer = "integer",
    Interpolation = "interpolation",
    KeywordParameter = "keyword_parameter",
    KeywordPattern = "keyword_pattern",
    Lambda = "lambda",
    LambdaParameters = "lambda_parameters",
    LeftAssignmentList = "left_assignment_list",
    MatchPattern = "match_pattern",
    Method = "method",
    MethodParameters = "method_parameters",
    Module = "module",
    Next = "next",
    Nil = "nil",
    Operator = "operator",
    OperatorAssignment = "operator_assignment",
    OptionalParameter = "optional_parameter",
    Pair = "pair",
    ParenthesizedPattern = "parenthesized_pattern",
    ParenthesizedStatements = "parenthesized_statements",
    Pattern = "pattern",
    Program = "program",
    Range = "range",
    Rational = "rational",
    Redo = "redo",
    Regex = "regex",
    Rescue = "rescue",
    RescueModifier = "rescue_modifier",
    RestAssignment = "rest_assignment",
    Retry = "retry",
    Return = "return",
    RightAssignmentList = "right_assignment_list",
    ScopeResolution = "scope_resolution",
    SelfReference = "self",
    Setter = "setter",
    SimpleSymbol = "simple_symbol",
    SingletonClass = "singleton_class",
    SingletonMethod = "singleton_method",
    SplatArgument = "splat_argument",
    SplatParameter = "splat_parameter",
    String = "string",
    StringArray = "string_array",
    StringContent = "string_content",
    Subshell = "subshell",
    Super = "super",
    Superclass = "superclass",
    SymbolArray = "symbol_array",
    TestPattern = "test_pattern",
    Then = "then",
    True = "true",
    Unary = "unary",
    Undef = "undef",
    Uninterpreted = "uninterpreted",
    Unless = "unless",
    UnlessGuard = "unless_guard",
    UnlessModifier = "unless_modifier",
    Until = "until",
    UntilModifier = "until_modifier",
    VariableReferencePattern = "variable_reference_pattern",
    When = "when",
    While = "while",
    WhileModifier = "while_modifier",
    Yield = "yield",
}

names! {
    /// Names of fields of nodes.
    Label:
    Alias = "alias",
    Alternative = "alternative",
    Alternatives = "alternatives",
    Arguments = "arguments",
    Begin = "begin",
    Block = "block",
    Body = "body",
    Class = "class",
    Clauses = "clauses",
    Condition = "condition",
    Consequence = "consequence",
    Else = "else",
    End = "end",
    Exceptions = "exceptions",
    Guard = "guard",
    Handler = "handler",
    Key = "key",
    Left = "left",
    Locals = "locals",
    Method = "method",
    Name = "name",
    Object = "object",
    Operand = "operand",
    Operator = "operator",
    Parameters = "parameters",
    Pattern = "pattern",
    Receiver = "receiver",
    Right = "right",
    Scope = "scope",
    Superclass = "superclass",
    Value = "value",
    Variable = "variable",
}

impl Kind {
    /// The kind of a node.
    pub(super) fn of(node: Node<'_>) -> Kind {
        TABLES.kind(node)
    }

    /// Whether nodes of this kind open a scope that sees no variables around it.
    pub(super) fn is_declaration(self) -> bool {
        matches!(self, Kind::Class | Kind::Module | Kind::Method | Kind::SingletonMethod | Kind::SingletonClass)
    }

    /// Whether nodes of this kind hold statements in order.
    pub(super) fn is_sequence(self) -> bool {
        matches!(
            self,
            Kind::Program
                | Kind::BodyStatement
                | Kind::BlockBody
                | Kind::ParenthesizedStatements
                | Kind::Then
                | Kind::Else
                | Kind::Do
                | Kind::Begin
                | Kind::Ensure
                | Kind::Interpolation
                | Kind::BeginBlock
                | Kind::EndBlock
        )
    }
}

/// The grammar as front ends read it.
#[derive(Clone, Copy)]
pub(super) struct Grammar;

/// A child of a node.
pub(super) type Child<'t> = tree::Child<'t, Grammar>;
/// The children of a node, comments left out.
pub(super) type Children<'t> = tree::Children<'t, Grammar>;

static TABLES: LazyLock<Tables<Kind, Label>> = LazyLock::new(|| {
    let language = tree_sitter_ruby::LANGUAGE.into();
    Tables::new(&language, (Kind::named, Kind::Other, Kind::Error), (Label::named, Label::Other))
});

impl tree::Grammar for Grammar {
    type Kind = Kind;
    type Label = Label;

    const TOKEN: Kind = Kind::Other;
    const UNLABELLED: Label = Label::Other;

    fn tables() -> &'static Tables<Kind, Label> {
        &TABLES
    }

    fn is_comment(kind: Kind) -> bool {
        matches!(kind, Kind::Comment | Kind::HeredocBody | Kind::EmptyStatement | Kind::Uninterpreted)
    }
}
