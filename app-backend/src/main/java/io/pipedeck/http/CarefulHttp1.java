package io.pipedeck.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.buffers.LazyString;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 connections that mend two things of the listener's own:
 *
 * <ul>
 *   <li>Header values keep all their bytes. Read as US-ASCII, a realm that curl sends as UTF-8 is
 *       lost; read as Latin-1 its bytes are all there for {@link
 *       io.pipedeck.api.HeaderText#decode}.
 *   <li>A chunk of a body is read as a whole, so its size is bounded, or one request could fill the
 *       memory.
 * </ul>
 */
final class CarefulHttp1 implements ServerConnectionSelector {
  private static final int LARGEST_CHUNK_BYTES = 8 << 20;

  private final ServerConnectionSelector http1 =
      Http1ConnectionSelector.builder().config(Http1Config.create()).build();

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return http1.connection(new Context(context, new Reader(context.dataReader())));
  }

  /** Reads through another reader, which may have bytes already. */
  private static final class Reader extends DataReader {
    @SuppressWarnings("removal") // The factory methods that replace it can't make a subclass.
    Reader(DataReader source) {
      super(next(source));
    }

    private static Supplier<byte @Nullable []> next(DataReader source) {
      return () -> {
        try {
          source.ensureAvailable();
        } catch (InsufficientDataAvailableException _) {
          return null; // the end of the connection
        }
        return source.readBytes(source.available());
      };
    }

    @Override
    public LazyString readLazyString(Charset charset, int length) {
      boolean ascii = charset.equals(StandardCharsets.US_ASCII);
      return super.readLazyString(ascii ? StandardCharsets.ISO_8859_1 : charset, length);
    }

    @Override
    public BufferData readBuffer(int length) {
      if (length > LARGEST_CHUNK_BYTES) {
        throw new RequestException(
            413,
            "too_large",
            "One chunk of the body is larger than the "
                + (LARGEST_CHUNK_BYTES >> 20)
                + " MiB that are taken; send it in smaller ones.",
            List.of());
      }
      return super.readBuffer(length);
    }
  }

  /** The connection with another reader. */
  private record Context(ConnectionContext of, DataReader dataReader) implements ConnectionContext {
    @Override
    public PeerInfo remotePeer() {
      return of.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
      return of.localPeer();
    }

    @Override
    public boolean isSecure() {
      return of.isSecure();
    }

    @Override
    public String socketId() {
      return of.socketId();
    }

    @Override
    public String childSocketId() {
      return of.childSocketId();
    }

    @Override
    public ListenerContext listenerContext() {
      return of.listenerContext();
    }

    @Override
    public ExecutorService executor() {
      return of.executor();
    }

    @Override
    public DataWriter dataWriter() {
      return of.dataWriter();
    }

    @Override
    public Router router() {
      return of.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
      return of.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
      return of.serverSocket();
    }
  }
}
