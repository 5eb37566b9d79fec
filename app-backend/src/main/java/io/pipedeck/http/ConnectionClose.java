package io.pipedeck.http;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection after an answer that says so. The listener alone goes on with it, and would
 * take what is left of a refused upload for the next request.
 *
 * <p>What the sender still has on its way is read and dropped for a moment first: a socket that is
 * closed with unread bytes resets the connection, and the sender would lose the answer.
 */
final class ConnectionClose implements Filter {
  private static final long LINGER_NANOS = Duration.ofSeconds(2).toNanos();
  private static final int BUFFER_BYTES = 64 * 1024;

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    var body = new Body();
    request.streamFilter(body::open);
    chain.proceed();
    if (response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      body.drain(request);
      throw new CloseConnectionException("The answer said that the connection closes.");
    }
  }

  /** The body of one request, for its own thread. */
  private static final class Body {
    private @Nullable InputStream opened;

    InputStream open(InputStream in) {
      opened = new Checked(in);
      return opened;
    }

    void drain(RoutingRequest request) {
      // A sender that waits to be told to go on sends nothing after another answer.
      if (!request.content().hasEntity()
          || request.content().consumed()
          || !request.continueSent()) {
        return;
      }
      long until = System.nanoTime() + LINGER_NANOS;
      byte[] dropped = new byte[BUFFER_BYTES];
      try {
        InputStream in = opened == null ? request.content().inputStream() : opened;
        int n;
        do {
          n = in.read(dropped);
        } while (n >= 0 && System.nanoTime() < until);
      } catch (IOException | RuntimeException _) {
        // The sender is gone or sends no valid body: nobody waits for the answer any more.
      }
    }
  }

  /** A chunk length that is no number is the sender's mistake, not a bug of ours. */
  private static final class Checked extends FilterInputStream {
    Checked(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (NumberFormatException e) {
        throw new IOException("malformed chunk", e);
      }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return super.read(buffer, offset, length);
      } catch (NumberFormatException e) {
        throw new IOException("malformed chunk", e);
      }
    }
  }
}
