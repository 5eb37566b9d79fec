package io.pipedeck.http;

import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection after an answer that says so. The listener alone goes on with it, and would
 * take what is left of a refused upload for the next request.
 *
 * <p>What the sender still has on its way is read and dropped for a moment first: a socket that is
 * closed with unread bytes resets the connection, and the sender would lose the answer.
 */
final class ConnectionClose implements Filter {
  private static final Duration LINGER = Duration.ofSeconds(2);
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
      Thread reader = Thread.currentThread();
      // An interrupt ends a read that waits for bytes, and the connection, which is to end anyway.
      CompletableFuture.delayedExecutor(LINGER.toMillis(), TimeUnit.MILLISECONDS)
          .execute(reader::interrupt);
      byte[] dropped = new byte[BUFFER_BYTES];
      try {
        InputStream in = opened == null ? request.content().inputStream() : opened;
        while (in.read(dropped) >= 0 && !Thread.interrupted()) {
          // Only until nothing more comes.
        }
      } catch (IOException | RuntimeException _) {
        // The sender is gone, sends no valid body, or had its time.
      }
    }
  }

  /**
   * A body that ends too early, or a chunk without a length, is the sender's doing, not a bug.
   * After a failure nothing more is read: it would be bytes out of their place, or a wait for ever.
   */
  private static final class Checked extends FilterInputStream {
    private boolean broken;

    Checked(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (broken) {
        throw new IOException("the body broke off before");
      }
      broken = true;
      try {
        int n = super.read(buffer, offset, length);
        broken = false;
        return n;
      } catch (NumberFormatException | InsufficientDataAvailableException e) {
        throw new IOException("malformed or incomplete body", e);
      }
    }
  }
}
