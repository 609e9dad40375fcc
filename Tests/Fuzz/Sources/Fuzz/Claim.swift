/// Ends the process with a message where something does not hold that has to: libFuzzer then keeps the input.
///
/// `precondition` would end it too, but a release build says nothing with it.
func claim(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { fatalError(message()) }
}
