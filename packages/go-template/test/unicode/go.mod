module example.com/go-template/unicode

go 1.21
