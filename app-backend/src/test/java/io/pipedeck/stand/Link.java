package io.pipedeck.stand;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The network between a process and a server: a port that leads to another one, and that can be
 * made slow, cut, or mute. Thread-safe.
 */
public final class Link implements AutoCloseable {
  private static final int CHUNK = 65_536;

  private final int port;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable ServerSocket listener;
  private volatile Duration delay = Duration.ZERO;
  private boolean mute;
  private boolean closed;

  /** Leads to this port of this machine. */
  public Link(int target) throws IOException {
    this.target = target;
    this.port = Node.freePort();
    listen();
  }

  /** Where to connect. */
  public int port() {
    return port;
  }

  private void listen() throws IOException {
    var fresh = new ServerSocket();
    fresh.setReuseAddress(true);
    fresh.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
    listener = fresh;
    Thread.ofVirtual().name("link-" + port).start(() -> accept(fresh));
  }

  private void accept(ServerSocket from) {
    try {
      while (true) {
        Socket in = from.accept();
        Thread.ofVirtual().name("link-open-" + port).start(() -> connect(in));
      }
    } catch (IOException _) {
      // Cut or closed.
    }
  }

  private void connect(Socket in) {
    sockets.add(in);
    try {
      awaitSound();
      var out = new Socket(InetAddress.getLoopbackAddress(), target);
      out.setTcpNoDelay(true);
      in.setTcpNoDelay(true);
      sockets.add(out);
      pump(in, out);
      pump(out, in);
    } catch (IOException | InterruptedException _) {
      close(in);
    }
  }

  private void pump(Socket from, Socket to) {
    Thread.ofVirtual()
        .name("link-pump-" + port)
        .start(
            () -> {
              try {
                copy(from.getInputStream(), to.getOutputStream());
              } catch (IOException | InterruptedException _) {
                // One side went away: the other one follows.
              } finally {
                close(from);
                close(to);
              }
            });
  }

  private void copy(InputStream in, OutputStream out) throws IOException, InterruptedException {
    byte[] bytes = new byte[CHUNK];
    for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
      Duration slow = delay;
      if (slow.isPositive()) {
        Pause.of(slow);
      }
      awaitSound();
      out.write(bytes, 0, read);
    }
  }

  /** Returns when bytes may pass. */
  private void awaitSound() throws InterruptedException {
    lock.lock();
    try {
      while (mute && !closed) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** From now on every piece takes this much longer, each way. */
  public void slow(Duration each) {
    delay = each;
  }

  /**
   * Nothing passes any more and nobody is told: connections stay, new ones are taken and answer
   * nothing. What was sent meanwhile arrives when it is mended, as after a partition.
   */
  public void mute() {
    set(true);
  }

  /** Breaks all connections and refuses new ones. */
  public void cut() throws IOException {
    lock.lock();
    try {
      if (listener != null) {
        listener.close();
        listener = null;
      }
    } finally {
      lock.unlock();
    }
    sockets.forEach(Link::close);
    sockets.clear();
  }

  /** All is as it should be. */
  public void mend() throws IOException {
    delay = Duration.ZERO;
    set(false);
    lock.lock();
    try {
      if (listener == null && !closed) {
        listen();
      }
    } finally {
      lock.unlock();
    }
  }

  private void set(boolean value) {
    lock.lock();
    try {
      mute = value;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // Gone already.
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      cut();
    } catch (IOException e) {
      System.err.println("link " + port + " not closed: " + e);
    }
  }
}
