/// What is wrong with a finite value that a recording cannot hold.
///
/// - Parameter value: As the file writes it.
func beyondFloat32(_ value: String) -> String {
    "\(value) is beyond what Float32 holds, ±3.4e38; scale the recording down first"
}
