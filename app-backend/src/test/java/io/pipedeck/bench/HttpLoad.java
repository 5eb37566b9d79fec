package io.pipedeck.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The load generator: a process of its own with plain sockets, so that it takes as little as
 * possible of the processors that it shares with what it measures.
 */
public final class HttpLoad {
  private static final int DOCUMENT_BYTES = 4_096;
  private static final double WARM_UP_SECONDS = 6;
  private static final String BOUNDARY = "pipedeck-bench";

  private final int port;
  private final long measureFromNanos;
  private final long untilNanos;
  private final AtomicLong all = new AtomicLong();
  private final Latencies latencies = new Latencies(4_000_000);

  private HttpLoad(int port, double seconds) {
    this.port = port;
    this.measureFromNanos = System.nanoTime() + (long) (WARM_UP_SECONDS * 1e9);
    this.untilNanos = measureFromNanos + (long) (seconds * 1e9);
  }

  /** Arguments: port, seconds. Prints one line. */
  public static void main(String[] args) throws Exception {
    double seconds = Double.parseDouble(args[1]);
    var load = new HttpLoad(Integer.parseInt(args[0]), seconds);
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < HttpEnqueue.CONNECTIONS; i++) {
      threads.add(Thread.ofVirtual().start(load::sendAndTell));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Latencies times = load.latencies;
    System.out.printf(
        "measured %d %d %s %s %s %s%n",
        load.all.get(),
        times.count(),
        times.count() / seconds,
        times.millis(0.50),
        times.millis(0.99),
        times.millis(1));
  }

  private void sendAndTell() {
    try {
      send();
    } catch (IOException e) {
      System.err.println("a connection broke: " + e);
    }
  }

  private void send() throws IOException {
    byte[] request = request();
    int content = request.length - ("\r\n--" + BOUNDARY + "--\r\n").length() - DOCUMENT_BYTES;
    try (var connection = new PlainConnection(port)) {
      while (System.nanoTime() < untilNanos) {
        renew(request, content);
        long began = System.nanoTime();
        connection.call(request);
        long ended = System.nanoTime();
        all.incrementAndGet();
        if (began >= measureFromNanos && ended <= untilNanos) {
          latencies.add(ended - began);
        }
      }
    }
  }

  /** Every document is another one. */
  private static void renew(byte[] request, int content) {
    var random = ThreadLocalRandom.current();
    for (int i = 0; i < 24; i++) {
      request[content + i] = (byte) ('a' + random.nextInt(26));
    }
  }

  private static byte[] request() {
    String head =
        "--"
            + BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"bench.txt\"\r\n"
            + "Content-Type: text/plain\r\n\r\n";
    String body =
        head
            + "Whales sing to one another. ".repeat(200).substring(0, DOCUMENT_BYTES)
            + "\r\n--"
            + BOUNDARY
            + "--\r\n";
    String request =
        "POST /pipeline/enqueue HTTP/1.1\r\nHost: localhost\r\nX-Realm: bench\r\n"
            + "Content-Type: multipart/form-data; boundary="
            + BOUNDARY
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    return request.getBytes(StandardCharsets.US_ASCII);
  }
}
