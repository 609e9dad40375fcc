import ArgumentParser
import Foundation
import Ledger
import Pipeline

/// How the program ends after an error: the exit status of the contract, and what is said.
struct Ending: Hashable {
    /// Done, with nothing to complain about.
    static let success: Int32 = 0
    /// What was checked is not as it should be.
    static let different: Int32 = 1
    /// The caller's mistake: configuration or arguments.
    static let mistake: Int32 = 2
    /// The work failed: disk, network, a damaged ledger.
    static let failure: Int32 = 3

    var status: Int32
    /// For standard output, such as help that was asked for.
    var output: String?
    /// For standard error.
    var message: String?

    init(status: Int32, output: String? = nil, message: String? = nil) {
        self.status = status
        self.output = output
        self.message = message
    }

    /// What an error that ended a command means.
    init(of error: any Error) {
        switch error {
        case OutputError.nobodyReads:
            self.init(status: Ending.success)
        case let code as ExitCode:
            self.init(status: code.rawValue)
        case is ConfigurationError, is CallerMistake, is ReplayPlaceError, LedgerError.missing,
            LedgerError.foreignArchive:
            self.init(status: Ending.mistake, message: "\(error)")
        case is LedgerError, is RunError, is OutputError:
            self.init(status: Ending.failure, message: "odometer: \(error)")
        default:
            self.init(parsing: error)
        }
    }

    /// The parser's errors are the caller's mistakes on one line; help and the version were asked for.
    private init(parsing error: any Error) {
        switch OdometerCommand.exitCode(for: error) {
        case .success:
            self.init(status: Ending.success, output: OdometerCommand.fullMessage(for: error))
        case .validationFailure:
            let words = OdometerCommand.message(for: error).split(whereSeparator: \.isNewline)
                .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
            self.init(status: Ending.mistake, message: "odometer: \(words)")
        default:
            self.init(status: Ending.failure, message: "odometer: \(error)")
        }
    }
}
