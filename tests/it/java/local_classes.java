class Tree {
    String root;

    Object build(String label) {
        int depth = 2;
        class Node {
            Node next;
            String text() { return label + root; }
            Node copy() {
                Node other = new Node();
                Supplier<Node> more = () -> new Node();
                other.next = more.get();
                return other;
            }
            int deep() { return depth; }
        }
        class Leaf extends Node {
            String text() { return super.text() + label; }
        }
        record Pair(Node left, Node right) {}
        Supplier<Node> maker = Node::new;
        return new Pair(new Node(), new Leaf());
    }

    static void main() {
        class Free { String hello() { return "hello"; } }
        new Free().hello();
    }
}
