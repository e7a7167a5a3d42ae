"""Changes of single tokens in Swift code, and the code that switches each of them on.

A changed operator becomes an operator of its own, a changed literal or name a function of its own. Both ask whether the
environment variable SPIKEKIT_MUTANT has their number.
"""

import re
from dataclasses import dataclass, field

SWAPS = ["+ -", "* /", "< <=", "> >=", "== !=", "&& ||", "+= -=", "*= /=", "&+ &-", "&+= &-=", "<< >>", "..< ..."]
OPERATORS = {a: b for pair in SWAPS for a, b in (pair.split(), pair.split()[::-1])}
OPERATORS |= {"%": "/", "&*": "&+", "^": "|", "&": "|", "|": "&"}
NAMES = {a: b for a, b in [("min", "max"), ("first", "last"), ("prefix", "suffix"), ("dropFirst", "dropLast")]}
NAMES |= {b: a for a, b in NAMES.items()}

PRECEDENCE = {
    "Addition": "+ - &+ &- ^ |",
    "Multiplication": "* / % &* &",
    "Comparison": "< <= > >= == !=",
    "LogicalConjunction": "&&",
    "LogicalDisjunction": "||",
    "Assignment": "+= -= *= /= &+= &-=",
    "BitwiseShift": "<< >>",
    "RangeFormation": "..< ...",
}
PRECEDENCE = {operator: group for group, operators in PRECEDENCE.items() for operator in operators.split()}

symbols = "|".join(sorted(map(re.escape, OPERATORS), key=len, reverse=True))
TOKENS = {
    "operator": rf"(?<!func)(?<=\s)(?:{symbols})(?=\s)|(?<=[\w)\]])(?:\.\.<|\.\.\.)(?=[\w(])",
    "prefix": r"(?<=[\s(\[!])[!-](?=[\w(.])",
    "name": r"(?<![\w.])(?:min|max)(?=\()|(?<=\.)(?:min|max)(?=\(| \{)"
    r"|(?<=\.)(?:prefix|suffix|dropFirst|dropLast|first|last)(?![\w:])",
    "truth": r"\b(?:true|false)\b",
    "float": r"(?<![\w.$])\d[\d_]*(?:\.\d[\d_]*(?:e[+-]?\d+)?|e[+-]?\d+)(?![\w.])",
    "integer": r"(?<![\w.$])(?<!p[+-])(?:0x[0-9A-Fa-f_]+|\d[\d_]*)(?![\w]|\.[0-9A-Fa-f]*p|\.\d)",
}
TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in TOKENS.items()))
# Joined texts and lists have no difference, & joins the names of types, and nothing is beyond a closed range to .max.
JOINS = re.compile(
    r"\"\)? [+](?!=)|[+] [\"\[#]|[+] \w+\.joined|[A-Z]\w* [&] [A-Z]|(?:where|,) [A-Z][\w.]* ==|\.\.\. ?\w*\.max\b")
# Division has a space on either side.
REGEX = re.compile(r"#/.*?/#|(?<=[\s(\[,])/(?=[^\s/*])(?:\\.|[^\\/\n])+/(?=[\s),.\]])", re.DOTALL)
UNTOUCHED = re.compile(r"\s*(?:@available|#if|#elseif|import |infix operator|prefix operator)")


@dataclass(eq=False)
class Mutant:
    """A change of one token."""

    module: str
    path: object
    offset: int  # in characters, of the token
    line: int
    kind: str
    before: str
    after: str
    code: str  # the line of the token
    number: int = field(default=0)

    @property
    def name(self):
        return f"mutant{self.number}"

    @property
    def symbol(self):
        # Box-drawing characters are operators that nobody uses.
        return "".join(chr(0x2500 + digit) for digit in divmod(self.number, 128))

    @property
    def switched(self):
        """What stands in the code in place of the token."""
        if self.kind == "operator":
            return f" {self.symbol} " if self.before in ("..<", "...") else self.symbol
        if self.kind == "prefix":
            return self.symbol
        if self.kind == "name":
            return self.name
        return f"{self.name}({self.before}, {self.after})"

    def describe(self, folder):
        change = f"{self.before} → {self.after or 'nothing'}"
        return f"{self.path.relative_to(folder)}:{self.line}: {change} in: {self.code}"

    def entry(self, folder):
        values = {key: getattr(self, key) for key in ("module", "offset", "line", "kind", "before", "after", "code")}
        return {**values, "path": str(self.path.relative_to(folder))}

    @staticmethod
    def found_again(entry, folder):
        """The mutant of an entry, or None if the code around it has changed."""
        path = folder / entry["path"]
        source = path.read_text(encoding="utf-8") if path.exists() else ""
        if not source[entry["offset"] :].startswith(entry["before"]):
            return None
        mutant = Mutant(**{**entry, "path": path})
        return mutant if line_at(source, mutant.offset).strip() == mutant.code else None


def line_at(source, offset):
    start = source.rfind("\n", 0, offset) + 1
    return source[start : source.find("\n", offset)]


def blanked(source):
    """The source with spaces for comments, and with underscores for strings and regular expressions."""
    result = list(source)

    def blank(start, end, character):
        for index in range(start, end):
            if result[index] != "\n":
                result[index] = character

    def comment_end(start):
        if source[start + 1] == "/":
            return source.find("\n", start)
        depth, index = 1, start + 2
        while depth:
            mark = re.compile(r"/\*|\*/").search(source, index)
            depth += 1 if mark.group() == "/*" else -1
            index = mark.end()
        return index

    def string_end(start):
        hashes = re.compile("#*").match(source, start).group()
        quote = '"""' if source.startswith('"""', start + len(hashes)) else '"'
        index = start + len(hashes) + len(quote)
        while not source.startswith(quote + hashes, index):
            if source.startswith("\\" + hashes + "(", index):
                index = code(index + len(hashes) + 2, ")")
            else:
                index += 2 if source[index] == "\\" and not hashes else 1
        return index + len(quote) + len(hashes)

    def code(index, end=None):
        """Blanks from index on, up to behind the closing mark."""
        depth = 0
        while index < len(source):
            start = index
            if source.startswith(("//", "/*"), index):
                index = comment_end(index)
                blank(start, index, " ")
            elif re.compile('#*"').match(source, index):
                index = string_end(index)
                blank(start, index, "_")
            elif match := REGEX.match(source, index):
                index = match.end()
                blank(start, index, "_")
            else:
                depth += {"(": 1, ")": -1}.get(source[index], 0)
                index += 1
                if end and depth < 0:
                    return index
        return index

    code(0)
    return "".join(result)


def sites(module, path, random):
    """A change for each token of a file."""
    source = path.read_text(encoding="utf-8")
    for match in TOKEN.finditer(blanked(source)):
        code = line_at(source, match.start())
        if UNTOUCHED.match(code) or source[: match.start()].endswith("func "):
            continue
        kind, before = match.lastgroup, match.group()
        column = match.start() - source.rfind("\n", 0, match.start()) - 1
        if any(join.start() <= column < join.end() for join in JOINS.finditer(code)):
            continue
        if kind == "operator":
            after = OPERATORS[before]
        elif kind == "prefix":
            after = ""
        elif kind == "name":
            after = NAMES[before]
        elif kind == "truth":
            after = "false" if before == "true" else "true"
        elif kind == "float":
            after = repr(float(before.replace("_", "")) * 1.01 or 0.01)
        else:
            value = int(before.replace("_", ""), 0)
            after = str(value + (random.choice([-1, 1]) if value else 1))
        line = source.count("\n", 0, match.start()) + 1
        yield Mutant(module, path, match.start(), line, kind, before, after, code.strip())


SWITCH = """\
// Written by Scripts/tests/mutate.py, which also removes it.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

public let mutant_MODULE: Int = getenv("SPIKEKIT_MUTANT").flatMap { Int(String(cString: $0)) } ?? 0
public nonisolated(unsafe) let log_MODULE = getenv("SPIKEKIT_MUTANTS_REACHED").flatMap { strdup($0) }
public let logging_MODULE = log_MODULE != nil
public nonisolated(unsafe) let logged_MODULE: UnsafeMutablePointer<Bool> = {
    let flags = UnsafeMutablePointer<Bool>.allocate(capacity: 16384)
    flags.initialize(repeating: false, count: 16384)
    return flags
}()

@inlinable @inline(__always) public func active_MODULE(_ number: Int) -> Bool {
    if logging_MODULE { reach_MODULE(number) }
    return mutant_MODULE == number
}

@inline(never) public func reach_MODULE(_ number: Int) {
    guard let log = log_MODULE, !logged_MODULE[number] else { return }
    logged_MODULE[number] = true
    // An empty file, as the program may run under a limit on the size of files.
    close(open("\\(String(cString: log))/\\(number)", O_WRONLY | O_CREAT, 0o644))
}
"""


def declarations(module, mutants, tensors):
    """The source of the switches of a module."""
    switch = SWITCH.replace("_MODULE", "_" + module.replace("-", "_"))
    tensors = tensors and module not in ("TorchTensors", "SpikeDatasets", "ObjectDetection")
    imports = "import TorchTensors\n" if tensors else ""
    return switch + imports + "".join(declaration(mutant, module.replace("-", "_"), tensors) for mutant in mutants)


# What the operators take and return. Those with tensors are only for modules that know tensors.
SIGNATURES = [
    ("+ - * /", "(a: Tensor, b: Tensor) throws(TensorError) -> Tensor"),
    ("+ - * /", "(a: Tensor, b: Double) throws(TensorError) -> Tensor"),
    ("+ - * /", "(a: Double, b: Tensor) throws(TensorError) -> Tensor"),
    ("+= -= *= /=", "(a: Tensor, b: Tensor) throws(TensorError)"),
    ("+= -= *= /=", "(a: Tensor, b: Double) throws(TensorError)"),
    ("< <= > >=", "(a: Tensor, b: Tensor) throws(TensorError) -> Tensor"),
    ("< <= > >=", "(a: Tensor, b: Double) throws(TensorError) -> Tensor"),
    ("+ -", "<T: AdditiveArithmetic>(a: T, b: T) -> T"),
    ("+ - * /", "<T: SIMD>(a: T, b: T) -> T where T.Scalar: FloatingPoint"),
    ("+ - * /", "<T: SIMD>(a: T, b: T.Scalar) -> T where T.Scalar: FloatingPoint"),
    ("+ - * /", "<T: SIMD>(a: T.Scalar, b: T) -> T where T.Scalar: FloatingPoint"),
    ("* /", "<T: FloatingPoint>(a: T, b: T) -> T"),
    ("* / % ^ | &", "<T: BinaryInteger>(a: T, b: T) -> T"),
    ("<< >>", "<T: BinaryInteger, S: BinaryInteger>(a: T, b: S) -> T"),
    ("&+ &- &*", "<T: FixedWidthInteger>(a: T, b: T) -> T"),
    ("&+ &- &* ^ | &", "<T: SIMD>(a: T, b: T) -> T where T.Scalar: FixedWidthInteger"),
    ("+= -=", "<T: AdditiveArithmetic>(a: inout T, b: T)"),
    ("*= /=", "<T: FloatingPoint>(a: inout T, b: T)"),
    ("*= /=", "<T: BinaryInteger>(a: inout T, b: T)"),
    ("+= -= *= /=", "<T: SIMD>(a: inout T, b: T) where T.Scalar: FloatingPoint"),
    ("&+= &-=", "<T: FixedWidthInteger>(a: inout T, b: T)"),
    ("&+= &-=", "<T: SIMD>(a: inout T, b: T) where T.Scalar: FixedWidthInteger"),
    ("< <= > >=", "<T: Comparable>(a: T, b: T) -> Bool"),
    ("== !=", "<T: Equatable>(a: T, b: T) -> Bool"),
    ("== !=", "<T>(a: T?, b: _OptionalNilComparisonType) -> Bool"),
]
LESS_FAVORED = "@_disfavoredOverload "


def declaration(mutant, module, tensors):
    """The functions and operators of a mutant."""
    active, symbol = f"active_{module}({mutant.number})", mutant.symbol
    a, b = mutant.before, mutant.after
    inline = "@inlinable @inline(__always) public"
    lines = []

    def function(signature, body, attribute="", fix=""):
        lines.append(f"{attribute}{inline} {fix}func {signature} {{ {body} }}")

    if mutant.kind == "operator":
        lines.append(f"infix operator {symbol}: {PRECEDENCE[a]}Precedence")
        for operators, signature in SIGNATURES:
            if a in operators.split() and (tensors or "Tensor" not in signature):
                call = "try " if "throws" in signature else ""
                attribute = LESS_FAVORED if "Nil" in signature else ""
                body = f"if {active} {{ {call}a {b} b }} else {{ {call}a {a} b }}"
                function(f"{symbol} {signature}", body, attribute)
        if a in ("+", "-"):
            # Pointers.
            there, back = ("b", "-b") if a == "+" else ("-b", "b")
            body = f"a.advanced(by: {active} ? {back} : {there})"
            function(f"{symbol} <T: Strideable>(a: T, b: T.Stride) -> T", body, LESS_FAVORED)
        if a in ("&&", "||"):
            body = f"if {active} {{ try a {b} b() }} else {{ try a {a} b() }}"
            function(f"{symbol} (a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool", body)
        if a in ("..<", "..."):
            of_whole = "where T.Stride: SignedInteger"
            end = f"{active} ? b.advanced(by: 1) : b" if a == "..<" else f"{active} ? b : b.advanced(by: 1)"
            function(f"{symbol} <T: Strideable>(a: T, b: T) -> Range<T> {of_whole}", f"a..<({end})")
        if a == "...":
            body = f"a...({active} ? b.advanced(by: -1) : b)"
            function(f"{symbol} <T: Strideable>(a: T, b: T) -> ClosedRange<T> {of_whole}", body, LESS_FAVORED)
    elif mutant.kind == "prefix":
        lines.append(f"prefix operator {symbol}")
        body = f"{active} ? a : {a}a"
        if a == "!":
            function(f"{symbol} (a: Bool) -> Bool", body, fix="prefix ")
        else:
            function(f"{symbol} <T: SignedNumeric>(a: T) -> T", body, fix="prefix ")
            function(f"{symbol} <T: SIMD>(a: T) -> T where T.Scalar: FloatingPoint", body, LESS_FAVORED, "prefix ")
            if tensors:
                body = f"if {active} {{ a }} else {{ try -a }}"
                function(f"{symbol} (a: Tensor) throws(TensorError) -> Tensor", body, fix="prefix ")
    elif mutant.kind == "name":
        lines += [line.replace("INLINE", inline) for line in named(mutant, active)]
    else:
        function(f"{mutant.name}<T>(_ a: T, _ b: T) -> T", f"{active} ? b : a")
    return "\n" + "\n".join(lines) + "\n"


def named(mutant, active):
    """The functions and properties that choose between two names, such as `min` and `max`."""

    def member(signature, call, keyword="func"):
        attempt = "try " if "throws" in signature else ""
        body = f"{attempt}{active} ? self.{mutant.after}{call} : self.{mutant.before}{call}"
        return f"{{ INLINE {keyword} {mutant.name}{signature} {{ {body} }} }}"

    if mutant.before in ("first", "last"):
        where = "(where test: (Element) throws -> Bool) rethrows -> Element?"
        return [
            "extension BidirectionalCollection " + member(": Element?", "", keyword="var"),
            "extension BidirectionalCollection " + member(where, "(where: test)"),
        ]
    if mutant.before in ("min", "max"):
        by = "(by less: (Element, Element) throws -> Bool) rethrows -> Element?"
        functions = [
            f"INLINE func {mutant.name}<T: Comparable>({parameters}) -> T "
            f"{{ {active} ? {mutant.after}({arguments}) : {mutant.before}({arguments}) }}"
            for parameters, arguments in [("_ a: T, _ b: T", "a, b"), ("_ a: T, _ b: T, _ c: T", "a, b, c")]
        ]
        return functions + [
            "extension Sequence where Element: Comparable " + member("() -> Element?", "()"),
            "extension Sequence " + member(by, "(by: less)"),
            "extension SIMD where Scalar: Comparable " + member("() -> Scalar", "()"),
        ]
    count = "(_ count: Int = 1)" if mutant.before.startswith("drop") else "(_ count: Int)"
    return ["extension BidirectionalCollection " + member(f"{count} -> SubSequence", "(count)")]
