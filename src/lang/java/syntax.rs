//! The grammar as numbers: node kinds and field names become enums through tables that are built once.

use std::sync::LazyLock;

use tree_sitter::Node;

use crate::lang::tree::{self, Tables, names};

names! {
    /// Kinds of named nodes; punctuation and keywords are `Other`.
    Kind:
    AnnotatedType = "annotated_type",
    Annotation = "annotation",
    AnnotationDeclaration = "annotation_type_declaration",
    AnnotationElement = "annotation_type_element_declaration",
    ArgumentList = "argument_list",
    ArrayAccess = "array_access",
    ArrayCreation = "array_creation_expression",
    ArrayInitializer = "array_initializer",
    ArrayType = "array_type",
    Assert = "assert_statement",
    Assignment = "assignment_expression",
    Asterisk = "asterisk",
    Binary = "binary_expression",
    BinaryInteger = "binary_integer_literal",
    Block = "block",
    BlockComment = "block_comment",
    BooleanType = "boolean_type",
    Break = "break_statement",
    Cast = "cast_expression",
    CatchClause = "catch_clause",
    CatchParameter = "catch_formal_parameter",
    CatchType = "catch_type",
    Character = "character_literal",
    ClassBody = "class_body",
    ClassDeclaration = "class_declaration",
    ClassLiteral = "class_literal",
    CompactConstructor = "compact_constructor_declaration",
    ConstantDeclaration = "constant_declaration",
    ConstructorBody = "constructor_body",
    ConstructorDeclaration = "constructor_declaration",
    Continue = "continue_statement",
    Creation = "object_creation_expression",
    DecimalFloat = "decimal_floating_point_literal",
    DecimalInteger = "decimal_integer_literal",
    Dimensions = "dimensions",
    DimensionsExpression = "dimensions_expr",
    Do = "do_statement",
    ElementArray = "element_value_array_initializer",
    ElementPair = "element_value_pair",
    EnhancedFor = "enhanced_for_statement",
    EnumBody = "enum_body",
    EnumBodyDeclarations = "enum_body_declarations",
    EnumConstant = "enum_constant",
    EnumDeclaration = "enum_declaration",
    Error = "ERROR",
    ExplicitConstructorInvocation = "explicit_constructor_invocation",
    ExpressionStatement = "expression_statement",
    ExtendsInterfaces = "extends_interfaces",
    False = "false",
    FieldAccess = "field_access",
    FieldDeclaration = "field_declaration",
    FinallyClause = "finally_clause",
    FloatingType = "floating_point_type",
    For = "for_statement",
    FormalParameter = "formal_parameter",
    FormalParameters = "formal_parameters",
    GenericType = "generic_type",
    Guard = "guard",
    HexFloat = "hex_floating_point_literal",
    HexInteger = "hex_integer_literal",
    Identifier = "identifier",
    If = "if_statement",
    ImportDeclaration = "import_declaration",
    InferredParameters = "inferred_parameters",
    InstanceOf = "instanceof_expression",
    IntegralType = "integral_type",
    InterfaceBody = "interface_body",
    InterfaceDeclaration = "interface_declaration",
    Labeled = "labeled_statement",
    Lambda = "lambda_expression",
    LineComment = "line_comment",
    LocalVariable = "local_variable_declaration",
    MarkerAnnotation = "marker_annotation",
    MethodDeclaration = "method_declaration",
    MethodInvocation = "method_invocation",
    MethodReference = "method_reference",
    Modifiers = "modifiers",
    ModuleDeclaration = "module_declaration",
    Null = "null_literal",
    OctalInteger = "octal_integer_literal",
    PackageDeclaration = "package_declaration",
    Parenthesized = "parenthesized_expression",
    Pattern = "pattern",
    Permits = "permits",
    RecordDeclaration = "record_declaration",
    RecordPattern = "record_pattern",
    RecordPatternBody = "record_pattern_body",
    RecordPatternComponent = "record_pattern_component",
    Resource = "resource",
    ResourceSpecification = "resource_specification",
    Return = "return_statement",
    ScopedIdentifier = "scoped_identifier",
    ScopedType = "scoped_type_identifier",
    SpreadParameter = "spread_parameter",
    StaticInitializer = "static_initializer",
    String = "string_literal",
    StringInterpolation = "string_interpolation",
    Super = "super",
    SuperClass = "superclass",
    SuperInterfaces = "super_interfaces",
    Switch = "switch_expression",
    SwitchBlock = "switch_block",
    SwitchGroup = "switch_block_statement_group",
    SwitchLabel = "switch_label",
    SwitchRule = "switch_rule",
    Synchronized = "synchronized_statement",
    Template = "template_expression",
    Ternary = "ternary_expression",
    This = "this",
    Throw = "throw_statement",
    True = "true",
    Try = "try_statement",
    TryWithResources = "try_with_resources_statement",
    TypeArguments = "type_arguments",
    TypeBound = "type_bound",
    TypeIdentifier = "type_identifier",
    TypeList = "type_list",
    TypeParameter = "type_parameter",
    TypeParameters = "type_parameters",
    TypePattern = "type_pattern",
    Unary = "unary_expression",
    UnderscorePattern = "underscore_pattern",
    Update = "update_expression",
    VariableDeclarator = "variable_declarator",
    VoidType = "void_type",
    While = "while_statement",
    Wildcard = "wildcard",
    Yield = "yield_statement",
}

names! {
    /// Names of fields of nodes.
    Label:
    Alternative = "alternative",
    Arguments = "arguments",
    Array = "array",
    Body = "body",
    Condition = "condition",
    Consequence = "consequence",
    Constructor = "constructor",
    Declarator = "declarator",
    Dimensions = "dimensions",
    Element = "element",
    Field = "field",
    Index = "index",
    Init = "init",
    Interfaces = "interfaces",
    Key = "key",
    Left = "left",
    Name = "name",
    Object = "object",
    Operand = "operand",
    Operator = "operator",
    Parameters = "parameters",
    Pattern = "pattern",
    Resources = "resources",
    Right = "right",
    Scope = "scope",
    SuperClass = "superclass",
    TemplateArgument = "template_argument",
    TemplateProcessor = "template_processor",
    Type = "type",
    TypeArguments = "type_arguments",
    TypeParameters = "type_parameters",
    Update = "update",
    Value = "value",
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
            Kind::AnnotatedType
                | Kind::ArrayType
                | Kind::BooleanType
                | Kind::FloatingType
                | Kind::GenericType
                | Kind::IntegralType
                | Kind::ScopedType
                | Kind::TypeIdentifier
                | Kind::VoidType
        )
    }

    /// Whether nodes of this kind are primitive types.
    pub(super) fn is_primitive(self) -> bool {
        matches!(self, Kind::BooleanType | Kind::FloatingType | Kind::IntegralType)
    }

    /// Whether nodes of this kind are expressions.
    pub(super) fn is_expression(self) -> bool {
        matches!(
            self,
            Kind::ArrayAccess
                | Kind::ArrayCreation
                | Kind::ArrayInitializer
                | Kind::Assignment
                | Kind::Binary
                | Kind::BinaryInteger
                | Kind::Cast
                | Kind::Character
                | Kind::ClassLiteral
                | Kind::Creation
                | Kind::DecimalFloat
                | Kind::DecimalInteger
                | Kind::False
                | Kind::FieldAccess
                | Kind::HexFloat
                | Kind::HexInteger
                | Kind::Identifier
                | Kind::InstanceOf
                | Kind::Lambda
                | Kind::MethodInvocation
                | Kind::MethodReference
                | Kind::Null
                | Kind::OctalInteger
                | Kind::Parenthesized
                | Kind::String
                | Kind::Switch
                | Kind::Template
                | Kind::Ternary
                | Kind::This
                | Kind::True
                | Kind::Unary
                | Kind::Update
        )
    }

    /// Whether nodes of this kind declare a class, interface, enum, record or annotation type.
    pub(super) fn is_class(self) -> bool {
        matches!(
            self,
            Kind::AnnotationDeclaration
                | Kind::ClassDeclaration
                | Kind::EnumDeclaration
                | Kind::InterfaceDeclaration
                | Kind::RecordDeclaration
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
    let language = tree_sitter_java::LANGUAGE.into();
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
    /// The first child that is an expression.
    pub(super) fn expression(&self) -> Option<Node<'t>> {
        self.expressions().next()
    }

    /// All children that are expressions.
    pub(super) fn expressions(&self) -> impl DoubleEndedIterator<Item = Node<'t>> + '_ {
        self.iter().filter(|child| child.kind.is_expression()).map(|child| child.node)
    }
}
