import ArgumentParser
@main struct Spike: ParsableCommand {}
