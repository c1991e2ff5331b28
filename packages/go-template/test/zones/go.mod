module example.com/go-template/zones

go 1.21
