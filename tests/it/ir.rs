//! What the front ends make of the hardest constructs, as text beside the source; and that spans point where they
//! should.

use candor::base::{FileId, Span};
use candor::ir::{BlockIdx, Call, ClassIdx, Local, Operand, Rvalue, Terminator, Unit, pretty, verify};
use candor::lang;

/// Lowers a Java source that must be well-formed, and checks the unit.
fn lower(source: &str) -> Unit {
    lower_file("Source.java", source)
}

fn lower_file(path: &str, source: &str) -> Unit {
    let (unit, diagnostics) = lang::lower_file(FileId(0), path, source);
    assert_eq!(diagnostics, []);
    let unit = unit.expect("a unit");
    assert_eq!(verify(&unit), [] as [String; 0]);
    unit
}

/// Compares source and IR of `tests/it/LANGUAGE/NAME.ENDING` with the snapshot.
macro_rules! snapshots {
    ($language:literal, $ending:literal: $($name:ident,)*) => {
        $(#[test]
        fn $name() {
            let source = include_str!(concat!($language, "/", stringify!($name), ".", $ending));
            let unit = lower_file(concat!("Source.", $ending), source);
            let text = format!("{source}\n----\n{}", pretty(&unit));
            insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(concat!($language, "_", stringify!($name)), text);
            });
        })*
    };
}

snapshots! {
    "kotlin", "kt":
    boxes_and_returns,
    data_and_delegates,
    initialisers,
}

snapshots! {
    "java", "java":
    anonymous_classes,
    construction,
    control_flow,
    finally_and_jumps,
    lambda_captures,
    local_classes,
    patterns,
    records,
    strings,
    surroundings,
    switches,
}

#[test]
fn broken_code_is_told_and_the_rest_is_lowered() {
    let source = include_str!("java/broken.java");
    let (unit, diagnostics) = lang::lower_file(FileId(0), "Source.java", source);
    let unit = unit.expect("a unit");
    assert_eq!(verify(&unit), [] as [String; 0]);
    let told: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let span = diagnostic.span.expect("a span");
            let code = diagnostic.code.as_str();
            format!("{code} at {:?}: {}", text_of(source, span), diagnostic.message)
        })
        .collect();
    let text = format!("{source}\n----\n{}\n----\n{}", told.join("\n"), pretty(&unit));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("java_broken", text);
    });
}

fn text_of(source: &str, span: Span) -> &str {
    &source[span.start as usize..span.end as usize]
}

fn calls(unit: &Unit) -> impl Iterator<Item = (&Call, Span)> {
    let statements =
        unit.functions.iter().flat_map(|function| function.blocks.iter()).flat_map(|block| &block.statements);
    statements.filter_map(|statement| match &statement.value {
        Rvalue::Call(call) => Some((&**call, statement.span)),
        _ => None,
    })
}

#[test]
fn calls_point_at_their_site_and_their_name() {
    let source = "class A { void m() {
        log.info(mail);
        log
            .warn(mail
            );
        a.b().c(1);
        builder.add(x)
            .send(y);
        plain(z);
        new User(mail);
        outer.new Inner(mail) { void f() {} };
        super.m();
        this.<String>typed(mail);
    } }";
    let unit = lower(source);
    let found: Vec<[&str; 3]> = calls(&unit)
        .map(|(call, span)| [text_of(source, call.site), text_of(source, call.name_span), text_of(source, span)])
        .collect();
    let whole_builder = "builder.add(x)\n            .send(y)";
    let whole_warning = "log\n            .warn(mail\n            )";
    assert_eq!(
        found,
        [
            ["log.info(mail)", "info", "log.info(mail)"],
            ["warn(mail\n            )", "warn", whole_warning],
            ["a.b()", "b", "a.b()"],
            ["a.b().c(1)", "c", "a.b().c(1)"],
            ["builder.add(x)", "add", "builder.add(x)"],
            ["send(y)", "send", whole_builder],
            ["plain(z)", "plain", "plain(z)"],
            ["new User(mail)", "User", "new User(mail)"],
            ["outer.new Inner(mail)", "Inner", "outer.new Inner(mail) { void f() {} }"],
            ["super.m()", "m", "super.m()"],
            ["this.<String>typed(mail)", "typed", "this.<String>typed(mail)"],
        ]
    );
}

#[test]
fn statements_point_at_what_they_stand_for() {
    let source = "class A { String f = one(); void m(String p) { String q = p + f; f += q; int i = 0; i++; return; } }";
    let unit = lower(source);
    let statements =
        unit.functions.iter().flat_map(|function| function.blocks.iter()).flat_map(|block| &block.statements);
    let found: Vec<&str> = statements.map(|statement| text_of(source, statement.span)).collect();
    assert_eq!(found, ["one()", "f = one()", "p + f", "q = p + f", "f += q", "i = 0", "i++"]);
}

#[test]
fn deep_nesting_without_brackets_is_cut_and_told() {
    let depth = 100_000;
    for (open, close) in [("!", "x"), ("a = ", "b"), ("x -> ", "x"), ("c ? d : ", "e"), ("(A) ", "f"), ("- ", "g")] {
        let source = format!("class A {{ void m() {{ y({}{close}); z(); }} }}", open.repeat(depth));
        let (unit, diagnostics) = lang::lower_file(FileId(0), "Source.java", &source);
        let codes: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
        assert_eq!(codes, ["too-deep"], "{open}");
        let unit = unit.expect("a unit");
        assert_eq!(verify(&unit), [] as [String; 0], "{open}");
        assert!(calls(&unit).any(|(call, _)| text_of(&source, call.name_span) == "z"), "{open}");
    }
}

#[test]
fn long_chains_are_lowered_whole() {
    let length = 50_000;
    let sum = format!("class A {{ String m(String s) {{ return \"\"{}; }} }}", " + s".repeat(length));
    let unit = lower(&sum);
    assert!(pretty(&unit).len() > 3 * length);
    let fluent = format!("class A {{ void m() {{ b{}; }} }}", ".c()".repeat(length));
    assert_eq!(calls(&lower(&fluent)).count(), length);
    let and = format!("class A {{ void m() {{ if (a{}) b(); }} }}", " && a".repeat(length));
    assert_eq!(calls(&lower(&and)).count(), 1);
}

/// Blocks and statements of a unit.
fn size(unit: &Unit) -> usize {
    let blocks = unit.functions.iter().flat_map(|function| function.blocks.iter());
    blocks.map(|block| 1 + block.statements.len()).sum()
}

#[test]
fn hostile_code_does_not_multiply() {
    let locals: String = (0..400).map(|number| format!("int x{number} = {number}; ")).collect();
    let uses: String = (0..400).map(|number| format!("f(x{number}); ")).collect();
    let nested_returns = "if (a) return 1; if (b) continue; ".repeat(500);
    let inner_classes = |depth: usize| format!("{}int y = f;{}", "class A { ".repeat(depth), "}".repeat(depth));
    let sources = [
        format!("void m() {{ {locals} class L {{ void n() {{ {uses} }} }} {} }}", "new L(); ".repeat(3_000)),
        format!(
            "int m() {{ for (;;) {{ {} {nested_returns} {} }} }}",
            "try { ".repeat(60),
            "} finally { g(); }".repeat(60)
        ),
        format!("void m() {{ {} f(); {} }}", "try { f(); } finally { ".repeat(60), "}".repeat(60)),
        format!("void m() {{ {} }}", "new A() { int f() { return g; } };".repeat(2_000)),
        format!("int f; {}", inner_classes(100)),
        format!("int{} many;", "[]".repeat(20_000)),
        format!("Object m() {{ return new int{}; }}", "[1]".repeat(20_000)),
        format!("boolean m(Object o) {{ return {}o{}; }}", "(".repeat(200), " instanceof )".repeat(200)),
        format!("void m() {{ {} }}", "if ( { g(() -> { ".repeat(40)),
        format!("void m() {{ {}g(z){}; }}", "f(() -> ".repeat(120), ")".repeat(120)),
    ];
    for source in sources {
        let source = format!("class Outer {{ {source} }}");
        let (unit, _) = lang::lower_file(FileId(0), "Source.java", &source);
        let unit = unit.expect("a unit");
        assert_eq!(verify(&unit), [] as [String; 0]);
        assert!(size(&unit) <= 8 * source.len(), "{} for {} bytes", size(&unit), source.len());
    }
}

#[test]
fn a_unit_that_is_not_well_formed_is_told() {
    let source = "class A { class B {} void m(int x) { try { f(x); } catch (E e) { g(e); } h(() -> x, new int[x]); } }";
    let method = |unit: &Unit| {
        unit.functions.iter_enumerated().find(|(_, function)| function.name == "m").map(|(index, _)| index).expect("m")
    };
    let broken = |change: &dyn Fn(&mut Unit)| {
        let mut unit = lower(source);
        change(&mut unit);
        verify(&unit).join("; ")
    };
    let changes: [(&str, &dyn Fn(&mut Unit)); 9] = [
        ("does not begin by reading what it caught", &|unit| {
            let method = method(unit);
            for block in unit.functions[method].blocks.iter_mut() {
                block.statements.retain(|statement| !matches!(statement.value, Rvalue::Caught(_)));
            }
        }),
        ("leads to b99, which does not exist", &|unit| {
            let method = method(unit);
            unit.functions[method].blocks[BlockIdx::new(0)].terminator = Terminator::Goto(BlockIdx::new(99));
        }),
        ("local 99 does not exist", &|unit| {
            let method = method(unit);
            let returned = Operand::local(Local::new(99));
            unit.functions[method].blocks[BlockIdx::new(0)].terminator = Terminator::Return(Some(returned));
        }),
        ("another number of captures", &|unit| {
            for function in unit.functions.iter_mut() {
                function.captures.clear();
            }
        }),
        ("are not its first locals", &|unit| {
            let method = method(unit);
            unit.functions[method].parameters[0].local = Local::new(0);
        }),
        ("it is a lambda without a function around it", &|unit| {
            for function in unit.functions.iter_mut() {
                function.enclosing = None;
            }
        }),
        ("the class around it does not precede it", &|unit| {
            unit.classes[ClassIdx::new(0)].outer = Some(ClassIdx::new(1));
        }),
        ("belongs to another class", &|unit| {
            let method = method(unit);
            unit.functions[method].owner = Some(ClassIdx::new(1));
        }),
        ("a span outside its file", &|unit| {
            let method = method(unit);
            let other = FileId(7);
            for block in unit.functions[method].blocks.iter_mut() {
                block.statements.iter_mut().for_each(|statement| statement.span.file = other);
            }
        }),
    ];
    for (expected, change) in changes {
        let told = broken(change);
        assert!(told.contains(expected), "{expected:?} is not in {told:?}");
    }
}
