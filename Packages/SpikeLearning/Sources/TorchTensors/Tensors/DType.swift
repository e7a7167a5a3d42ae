import CTorchBridge

/// The type of a tensor's elements.
public enum DType: Int32, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case float32, float64, bfloat16, float16, int64, int32, int16, int8, uint8, bool

    /// The name of the type in NumPy and PyTorch, such as `float32`.
    public var description: String {
        switch self {
        case .float32: "float32"
        case .float64: "float64"
        case .bfloat16: "bfloat16"
        case .float16: "float16"
        case .int64: "int64"
        case .int32: "int32"
        case .int16: "int16"
        case .int8: "int8"
        case .uint8: "uint8"
        case .bool: "bool"
        }
    }

    /// Whether the type is a floating-point type.
    public var isFloatingPoint: Bool {
        switch self {
        case .float32, .float64, .bfloat16, .float16: true
        default: false
        }
    }

    /// The size of one element, in bytes.
    public var size: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .bfloat16, .float16, .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    /// The type in the bridge, which numbers the types in the order of the cases.
    var bridged: TBType { TBType(rawValue: rawValue) }
}

/// A Swift type in which the elements of a tensor can be read and written.
///
/// Not every platform has Swift types for bfloat16 and float16. Convert tensors of these types to `float32` first.
public protocol TensorElement: Sendable, BitwiseCopyable {
    /// The tensor type that has the same memory layout as this Swift type.
    static var dtype: DType { get }
}

extension Float: TensorElement { public static var dtype: DType { .float32 } }
extension Double: TensorElement { public static var dtype: DType { .float64 } }
extension Int: TensorElement { public static var dtype: DType { .int64 } }
extension Int64: TensorElement { public static var dtype: DType { .int64 } }
extension Int32: TensorElement { public static var dtype: DType { .int32 } }
extension Int16: TensorElement { public static var dtype: DType { .int16 } }
extension Int8: TensorElement { public static var dtype: DType { .int8 } }
extension UInt8: TensorElement { public static var dtype: DType { .uint8 } }
extension Bool: TensorElement { public static var dtype: DType { .bool } }
