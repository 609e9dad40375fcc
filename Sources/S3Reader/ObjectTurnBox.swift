import Synchronization
import UsageModel

/// The object that is being read, in a box: its turn is not copyable, and a reader is.
final class ObjectTurnBox: Sendable {
    let turn: Mutex<ObjectTurn>

    init(_ turn: consuming sending ObjectTurn) {
        self.turn = Mutex(turn)
    }
}
