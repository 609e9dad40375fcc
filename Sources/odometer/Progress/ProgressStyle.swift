import ArgumentParser

/// How progress is shown.
enum ProgressStyle: String, CaseIterable, ExpressibleByArgument {
    case auto, bar, lines, none
}
