import AWSClient
import Foundation
import S3Reader
import Synchronization

/// The connections to services of AWS's kind, and the credentials for them, which the sources of a run share.
final class ServiceConnections: Sendable {
    private struct Account: Hashable {
        var profile: String?
        var region: String?
    }

    private let environment = AWSEnvironment(variables: ProcessInfo.processInfo.environment)
    /// One for the process, for as long as it lives: nothing is gained by closing connections in front of its end.
    private static let transport = Mutex<NetworkTransport?>(nil)
    private let accounts = Mutex<[Account: CredentialsProvider]>([:])

    /// Requests beyond it wait for their turn, which may not take longer than a connection may take to be made. A source has
    /// 33 under way at most.
    private static let connectionsPerHost = 256

    /// A client of a service.
    /// - Parameter endpoint: where it is asked: by its region, and by what stands in AWS's place.
    func client(
        of service: String, at place: ServicePlace, endpoint: (_ region: String, AWSEndpoint?) -> AWSEndpoint
    ) async throws(AWSError) -> AWSClient {
        var override = place.endpoint
        if override == nil { override = try environment.endpoint(of: service) }
        let region = try await environment.region(
            given: place.region ?? override.map { _ in ServiceConnections.anyRegion }, profile: place.profile)
        let transport = try openTransport()
        let account = Account(profile: place.profile, region: place.region)
        let credentials = accounts.withLock { accounts in
            if let known = accounts[account] { return known }
            let made = CredentialsProvider(
                environment: environment, transport: transport, profile: place.profile, region: place.region)
            accounts[account] = made
            return made
        }
        return AWSClient(
            service: service, region: region, endpoint: endpoint(region, override), credentials: credentials,
            transport: transport)
    }

    /// A bucket, with a client for it.
    func bucket(_ place: S3Place) async throws(AWSError) -> S3Bucket {
        let style: AWSEndpoint.BucketStyle =
            switch place.isPathStyle {
            case nil: .automatic
            case true?: .path
            case false?: .virtualHost
            }
        let client = try await client(of: "s3", at: place.service) { region, override in
            .s3(bucket: place.bucket, region: region, override: override, style: style)
        }
        return S3Bucket(name: place.bucket, client: client, paysRequests: place.paysRequests)
    }

    /// What stores of one's own take for their region where none is set.
    private static let anyRegion = "us-east-1"

    private func openTransport() throws(AWSError) -> NetworkTransport {
        let result: Result<NetworkTransport, HTTPTransportError> = ServiceConnections.transport.withLock { transport in
            if let transport { return .success(transport) }
            do throws(HTTPTransportError) {
                let made = try NetworkTransport(
                    caBundle: environment.caBundle,
                    connectionsPerHost: ServiceConnections.connectionsPerHost)
                transport = made
                return .success(made)
            } catch { return .failure(error) }
        }
        switch result {
        case .success(let transport): return transport
        case .failure(let error): throw AWSError(kind: .refused, message: "\(error)")
        }
    }
}
