//! The grammar as numbers: node kinds and field names become enums through tables that are built once.

use std::sync::LazyLock;

use tree_sitter::Node;

use crate::lang::tree::{self, Tables, names};

names! {
    /// Kinds of named nodes; punctuation and keywords are `Other`.
    Kind:
    Additive = "additive_expression",
    AnnotatedLambda = "annotated_lambda",
    Annotation = "annotation",
    AnonymousFunction = "anonymous_function",
    AnonymousInitializer = "anonymous_initializer",
    As = "as_expression",
    Assignment = "assignment",
    BinLiteral = "bin_literal",
    BindingKind = "binding_pattern_kind",
    BlockComment = "multiline_comment",
    Boolean = "boolean_literal",
    Call = "call_expression",
    CallSuffix = "call_suffix",
    CallableReference = "callable_reference",
    CatchBlock = "catch_block",
    Character = "character_literal",
    Check = "check_expression",
    ClassBody = "class_body",
    ClassDeclaration = "class_declaration",
    ClassParameter = "class_parameter",
    CollectionLiteral = "collection_literal",
    CompanionObject = "companion_object",
    Comparison = "comparison_expression",
    Conjunction = "conjunction_expression",
    ConstructorDelegation = "constructor_delegation_call",
    ConstructorInvocation = "constructor_invocation",
    ControlBody = "control_structure_body",
    DelegationSpecifier = "delegation_specifier",
    DestructuringDeclaration = "destructuring_declaration",
    DirectlyAssignable = "directly_assignable_expression",
    Disjunction = "disjunction_expression",
    DoWhile = "do_while_statement",
    Elvis = "elvis_expression",
    EnumBody = "enum_class_body",
    EnumEntry = "enum_entry",
    Equality = "equality_expression",
    Error = "ERROR",
    ExplicitDelegation = "explicit_delegation",
    FileAnnotation = "file_annotation",
    FinallyBlock = "finally_block",
    For = "for_statement",
    FunctionBody = "function_body",
    FunctionDeclaration = "function_declaration",
    FunctionType = "function_type",
    FunctionTypeParameters = "function_type_parameters",
    Getter = "getter",
    Guard = "guard_condition",
    HexLiteral = "hex_literal",
    Identifier = "identifier",
    If = "if_expression",
    ImportAlias = "import_alias",
    ImportHeader = "import_header",
    ImportList = "import_list",
    Indexing = "indexing_expression",
    IndexingSuffix = "indexing_suffix",
    Infix = "infix_expression",
    Integer = "integer_literal",
    InterpolatedExpression = "interpolated_expression",
    InterpolatedIdentifier = "interpolated_identifier",
    Jump = "jump_expression",
    Label = "label",
    Lambda = "lambda_literal",
    LambdaParameters = "lambda_parameters",
    LineComment = "line_comment",
    Long = "long_literal",
    Modifiers = "modifiers",
    MultiVariable = "multi_variable_declaration",
    Multiplicative = "multiplicative_expression",
    Navigation = "navigation_expression",
    NavigationSuffix = "navigation_suffix",
    NotNullableType = "not_nullable_type",
    Null = "null_literal",
    NullableType = "nullable_type",
    ObjectDeclaration = "object_declaration",
    ObjectLiteral = "object_literal",
    PackageHeader = "package_header",
    Parameter = "parameter",
    ParameterModifiers = "parameter_modifiers",
    ParameterOptionalType = "parameter_with_optional_type",
    Parameters = "function_value_parameters",
    Parenthesized = "parenthesized_expression",
    ParenthesizedType = "parenthesized_type",
    ParenthesizedUserType = "parenthesized_user_type",
    Postfix = "postfix_expression",
    Prefix = "prefix_expression",
    PrimaryConstructor = "primary_constructor",
    PropertyDeclaration = "property_declaration",
    PropertyDelegate = "property_delegate",
    Range = "range_expression",
    RangeTest = "range_test",
    Real = "real_literal",
    ReceiverType = "receiver_type",
    SecondaryConstructor = "secondary_constructor",
    Setter = "setter",
    SimpleIdentifier = "simple_identifier",
    Spread = "spread_expression",
    Statements = "statements",
    String = "string_literal",
    StringContent = "string_content",
    Super = "super_expression",
    This = "this_expression",
    Try = "try_expression",
    TypeAlias = "type_alias",
    TypeArguments = "type_arguments",
    TypeIdentifier = "type_identifier",
    TypeParameter = "type_parameter",
    TypeParameters = "type_parameters",
    TypeProjection = "type_projection",
    TypeTest = "type_test",
    Unsigned = "unsigned_literal",
    UserType = "user_type",
    ValueArgument = "value_argument",
    ValueArguments = "value_arguments",
    VariableDeclaration = "variable_declaration",
    When = "when_expression",
    WhenCondition = "when_condition",
    WhenEntry = "when_entry",
    WhenSubject = "when_subject",
    While = "while_statement",
    Wildcard = "wildcard_import",
}

names! {
    /// Names of fields of nodes.
    Label:
    Alternative = "alternative",
    Condition = "condition",
    Consequence = "consequence",
    Receiver = "receiver",
}

impl Kind {
    /// The kind of a node.
    pub(super) fn of(node: Node<'_>) -> Kind {
        TABLES.kind(node)
    }

    /// Whether nodes of this kind are types and nothing else.
    pub(super) fn is_type(self) -> bool {
        matches!(
            self,
            Kind::FunctionType
                | Kind::NotNullableType
                | Kind::NullableType
                | Kind::ParenthesizedType
                | Kind::ParenthesizedUserType
                | Kind::UserType
        )
    }

    /// Whether nodes of this kind are expressions.
    pub(super) fn is_expression(self) -> bool {
        matches!(
            self,
            Kind::Additive
                | Kind::AnonymousFunction
                | Kind::As
                | Kind::BinLiteral
                | Kind::Boolean
                | Kind::Call
                | Kind::CallableReference
                | Kind::Character
                | Kind::Check
                | Kind::CollectionLiteral
                | Kind::Comparison
                | Kind::Conjunction
                | Kind::Disjunction
                | Kind::Elvis
                | Kind::Equality
                | Kind::HexLiteral
                | Kind::If
                | Kind::Indexing
                | Kind::Infix
                | Kind::Integer
                | Kind::Jump
                | Kind::Lambda
                | Kind::Long
                | Kind::Multiplicative
                | Kind::Navigation
                | Kind::Null
                | Kind::ObjectLiteral
                | Kind::Parenthesized
                | Kind::Postfix
                | Kind::Prefix
                | Kind::Range
                | Kind::Real
                | Kind::SimpleIdentifier
                | Kind::Spread
                | Kind::String
                | Kind::Super
                | Kind::This
                | Kind::Try
                | Kind::Unsigned
                | Kind::When
        )
    }

    /// Whether nodes of this kind are statements that are no expressions.
    pub(super) fn is_statement(self) -> bool {
        matches!(
            self,
            Kind::Assignment
                | Kind::ControlBody
                | Kind::DoWhile
                | Kind::For
                | Kind::FunctionDeclaration
                | Kind::PropertyDeclaration
                | Kind::DestructuringDeclaration
                | Kind::Statements
                | Kind::While
        )
    }

    /// Whether nodes of this kind declare a class, an interface or an object.
    pub(super) fn is_class(self) -> bool {
        matches!(self, Kind::ClassDeclaration | Kind::ObjectDeclaration)
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
    let language = tree_sitter_kotlin::LANGUAGE.into();
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
        matches!(kind, Kind::LineComment | Kind::BlockComment)
    }
}

impl<'t> Children<'t> {
    /// All children of a kind.
    pub(super) fn all(&self, kind: Kind) -> impl DoubleEndedIterator<Item = Node<'t>> + '_ {
        self.iter().filter(move |child| child.kind == kind).map(|child| child.node)
    }

    /// The first child that is a type.
    pub(super) fn type_node(&self) -> Option<Node<'t>> {
        self.iter().find(|child| child.kind.is_type()).map(|child| child.node)
    }

    /// The first child that is an expression.
    pub(super) fn expression(&self) -> Option<Node<'t>> {
        self.expressions().next()
    }

    /// All children that are expressions.
    pub(super) fn expressions(&self) -> impl DoubleEndedIterator<Item = Node<'t>> + '_ {
        self.iter().filter(|child| child.kind.is_expression()).map(|child| child.node)
    }

    /// The first expression behind the keyword or punctuation `token`.
    pub(super) fn expression_after(&self, token: &str) -> Option<Node<'t>> {
        let behind = self.iter().skip_while(|child| !is_token(child, token)).skip(1);
        behind.into_iter().find(|child| child.kind.is_expression()).map(|child| child.node)
    }

    /// The first keyword or punctuation.
    pub(super) fn token(&self) -> &'t str {
        let token = self.iter().find(|child| child.kind == Kind::Other).map(|child| child.node);
        token.map_or("", |token| token.kind())
    }
}

/// Whether a child is the keyword or punctuation `token`.
pub(super) fn is_token(child: &Child<'_>, token: &str) -> bool {
    child.kind == Kind::Other && child.node.kind() == token
}
