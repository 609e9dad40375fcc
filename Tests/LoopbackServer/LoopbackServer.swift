public import AWSClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers HTTP requests on the loopback, as a service in memory does.
public final class LoopbackServer: Sendable {
    public typealias Respond = @Sendable (HTTPRequest) throws -> HTTPResponse

    private let channel: any Channel
    public let port: Int

    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - respond: gives the answer; what it throws breaks the connection off.
    public init(port: Int = 0, respond: @escaping Respond) throws {
        channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Exchange(respond))
                }
            }
            .bind(host: "127.0.0.1", port: port).wait()
        self.port = channel.localAddress?.port ?? port
    }

    /// Waits until it is closed.
    public func wait() throws { try channel.closeFuture.wait() }

    deinit {
        channel.close(promise: nil)
    }
}
