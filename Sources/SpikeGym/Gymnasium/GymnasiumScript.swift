/// The script that the Python process runs: `gymnasium_server.py` beside this file, which also describes the messages.
///
/// The build embeds the script in the program, which passes it on Python's command line; so it works wherever the
/// program is installed.
enum GymnasiumScript {
    static let text = String(decoding: PackageResources.gymnasium_server_py, as: UTF8.self)
}
